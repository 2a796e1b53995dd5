"""A new service is generated: the shell is a library, and what is particular to the model is all that is written."""
