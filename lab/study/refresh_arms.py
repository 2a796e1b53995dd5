"""What the arms of the refresh sweep are called, by the worker that runs them and the ruler that reads them."""

FRESH, DEPLOYED, NIGHT = "1min", "as deployed", "after a failed night"
"""No two events are less than a minute apart, so a refresh every minute is one after each event."""
