"""Settings searched for on earlier weeks, reported from the test weeks, once."""
