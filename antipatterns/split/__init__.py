"""An offline training program and an online service, written apart."""
