"""Whether a flight is late, from a question that brings its features along: every answer may be recorded."""
