"""A question that brings its features along, and models that are asked about many at once."""
