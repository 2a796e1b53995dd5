"""How answers are served."""
