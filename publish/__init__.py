"""Turns results into notebooks, slides, pages and Japanese; tools only, no content."""
