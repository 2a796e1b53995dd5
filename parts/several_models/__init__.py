"""Several models that answer about one flight, in one process or in many."""
