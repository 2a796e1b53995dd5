"""Fits the split to parts; not a part of what the study measures."""
