"""Patterns of serving."""
