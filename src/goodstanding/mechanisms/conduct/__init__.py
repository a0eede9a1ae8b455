"""What people do, and what they know."""
