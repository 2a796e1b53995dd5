"""Decks for a study session, in English and Japanese: Markdown in, reveal.js pages out."""
