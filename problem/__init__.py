"""Neutral ground: the flights, the clock, the written feature specification, the contract and the oracle. Knows no system."""
