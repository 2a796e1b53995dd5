"""Rules around a model as text, which is checked before anybody follows it."""
