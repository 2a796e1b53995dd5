"""Whether a flight is late: the one service that is put in several forms."""
