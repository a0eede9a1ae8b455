"""How somebody is guarded against a scheme."""
