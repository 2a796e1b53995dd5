"""Patched copies of the code, and systems installed in them."""
