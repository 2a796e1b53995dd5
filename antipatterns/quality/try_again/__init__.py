"""Nobody is turned away, and what fails is tried again."""
