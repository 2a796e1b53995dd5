"""A band around what the service said in its first month, and nobody has looked at it since."""
