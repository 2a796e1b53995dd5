"""Models in a row, each in a process: the next is asked only if the one before is not sure enough."""
