"""What goes into a model, what comes out, how old its features are, and what came of it, against quiet months."""
