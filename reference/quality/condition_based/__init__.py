"""A model for each segment that has the rows for one, and one for all others."""
