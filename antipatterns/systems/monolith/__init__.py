"""One batch program; a boolean picks training or inference."""
