"""How models are trained, and how they should not be."""
