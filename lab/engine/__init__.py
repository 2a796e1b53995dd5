"""Runs steps and keeps what is still valid."""
