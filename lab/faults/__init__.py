"""Who survives: every job of every system under every fault, each time in a fresh copy (ruler 9)."""
