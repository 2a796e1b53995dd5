"""One model answers for all segments."""
