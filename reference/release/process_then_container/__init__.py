"""A process first, then a container: each step of the way when there is a need for it."""
