"""Exhibits: whole systems."""
