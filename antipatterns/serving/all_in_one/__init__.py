"""All models in one process."""
