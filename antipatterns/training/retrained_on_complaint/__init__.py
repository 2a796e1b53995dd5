"""Trained again when somebody complains."""
