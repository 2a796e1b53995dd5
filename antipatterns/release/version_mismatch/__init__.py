"""Trained here, served there: versions that nobody has written down."""
