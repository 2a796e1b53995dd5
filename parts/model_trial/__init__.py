"""What trials of a model are made of: models asked within a limit, a log that outlives processes, stages."""
