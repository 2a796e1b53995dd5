"""How models are released so that the old one can come back."""
