"""How answers are served, and how they should not be."""
