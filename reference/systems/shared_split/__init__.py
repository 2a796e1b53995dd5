"""The split with the remedy its critics propose: one versioned feature library on both sides."""
