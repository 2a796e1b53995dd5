"""A service is tried by callers who do not wait for one another, and lets in what it was seen to answer in time."""
