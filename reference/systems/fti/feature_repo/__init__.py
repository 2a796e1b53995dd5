"""The Feast repository: what is stored, under which keys."""
