"""Answers kept under a key that holds all that an answer is made from."""
