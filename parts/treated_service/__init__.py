"""Whether a flight is late, by a model with rules around it."""
