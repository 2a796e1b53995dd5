"""A queue that keeps what it accepted: on disk, or in Redis."""
