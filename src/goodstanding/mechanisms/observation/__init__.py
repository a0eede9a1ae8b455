"""What a scheme gets to see."""
