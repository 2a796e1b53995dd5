"""Whether a service is well: availability, errors and latency, against objectives."""
