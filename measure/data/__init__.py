"""Rulers of values: skew, beliefs, freshness, monitors."""
