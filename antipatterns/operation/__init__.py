"""Anti-patterns of operation."""
