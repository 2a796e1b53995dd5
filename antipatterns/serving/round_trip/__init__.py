"""Every prediction a round trip to the service."""
