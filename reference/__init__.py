"""Systems one would defend in a design review."""
