"""A front before a model in another process, and what may stand between them: a bound, tries, a breaker, a table."""
