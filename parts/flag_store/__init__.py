"""A store of values that change what services answer, and whoever follows it."""
