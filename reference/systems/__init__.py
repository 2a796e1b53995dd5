"""Whole systems that you would defend in a design review."""
