"""A fitted model for programs that have no scikit-learn."""
