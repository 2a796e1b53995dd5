"""Exhibits: they run, they meet the contract, and they keep their flaw."""
