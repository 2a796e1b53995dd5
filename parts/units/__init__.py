"""Units that sources declare, and the way from one to another."""
