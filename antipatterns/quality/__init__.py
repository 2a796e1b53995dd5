"""Anti-patterns of quality."""
