"""A small service to deploy: models from a folder behind the shell, without stored features."""
