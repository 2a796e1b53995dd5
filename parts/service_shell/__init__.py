"""A system as an online service: the shell is the same for every system, behind it each answers in its own way."""
