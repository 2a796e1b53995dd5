"""What systems and patterns are assembled from; nothing here knows a system."""
