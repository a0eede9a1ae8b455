"""How a scheme rates what it has seen."""
