"""Answers without a record that could be searched."""
