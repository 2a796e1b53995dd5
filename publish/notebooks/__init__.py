"""Builds the notebooks and holds them to their rules."""
