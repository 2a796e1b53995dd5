"""Too many pipes: a branch for each source, each with its own way of fetching."""
