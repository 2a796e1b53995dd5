"""Trained on a schedule, and at once in service."""
