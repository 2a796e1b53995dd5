"""Any model behind HTTP: what a service says of itself is particular, how it behaves is the same for all."""
