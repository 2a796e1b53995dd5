"""The whole training package in the service."""
