"""Intervals of a difference: one that may be looked at every day, and one that may be looked at once."""
