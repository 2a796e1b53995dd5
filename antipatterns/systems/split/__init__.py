"""An offline training program and an online service, written apart from the same specification."""
