"""Preparation and prediction as two processes."""
