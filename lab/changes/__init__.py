"""Change requests, replayed on every system and measured; and the cures of the marked causes of skew."""
