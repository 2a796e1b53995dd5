"""Anti-patterns of serving."""
