"""Neutral ground: the flights, the clock, the feature specification, the contract, the oracle. Knows no system."""
