"""The system as it was found: it runs, and nobody is left who knows what its numbers mean."""
