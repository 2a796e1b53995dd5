"""Trained now and then, let out by a person."""
