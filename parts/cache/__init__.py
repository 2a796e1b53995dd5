"""Where answers are kept for a while: in memory, on disk, or in Redis."""
