"""Trained on a schedule, let out by a gate."""
