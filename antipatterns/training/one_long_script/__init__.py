"""One long script: everything in memory, from the first request to the last report."""
