"""Synchronous: the caller waits for the answer, and is refused at once where it would come too late."""
