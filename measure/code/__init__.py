"""Rulers of source code: mutation, structure, complexity, impact."""
