"""A service whose answers come later: the web side of a queue."""
