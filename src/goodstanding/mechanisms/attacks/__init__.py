"""How somebody games a scheme."""
