"""Stored features kept near the model, filled before anybody asks."""
