"""What runs and measures."""
