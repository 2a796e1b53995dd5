"""A record of every answer, with all that it was made from."""
