"""Every run written down: a sheet, a table, a page over it, a tool; each rung keeps more than the one before."""
