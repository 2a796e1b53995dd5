"""Fits FTI to parts and to other engines; not a part of what the study measures."""
