"""A system that somebody owns: what its numbers mean is declared, and its page is run as a test."""
