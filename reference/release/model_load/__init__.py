"""The service is one image, each model another thing in the registry: the service loads it when it starts, or later."""
