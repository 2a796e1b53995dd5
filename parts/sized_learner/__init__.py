"""The study's learner in a size that fits the rows."""
