"""Load generators for a service over HTTP, and what they measure. Knows no system: an address and bodies are enough."""
