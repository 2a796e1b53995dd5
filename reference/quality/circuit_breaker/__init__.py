"""A model that does not answer is left alone for a while, and a table answers meanwhile."""
