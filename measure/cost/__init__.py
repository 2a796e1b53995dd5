"""Rulers of cost: reuse, footprint, break-even."""
