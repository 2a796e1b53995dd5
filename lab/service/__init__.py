"""A system of the study as a service on this machine."""
