"""A folder of code, and patches to it."""
