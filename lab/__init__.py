"""The laboratory: everything that runs systems and measures them."""
