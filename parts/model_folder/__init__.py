"""Where fitted models wait and which of them answers."""
