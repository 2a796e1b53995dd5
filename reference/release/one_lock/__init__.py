"""One lock for both: the versions travel with the model, and others are refused."""
