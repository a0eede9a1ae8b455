"""The mechanisms, one file each; the folder is the kind."""
