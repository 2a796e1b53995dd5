"""How a model gets from where it was trained to where it answers."""
