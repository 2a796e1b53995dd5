"""A cache with a key of flight and hour."""
