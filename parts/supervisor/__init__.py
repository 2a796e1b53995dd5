"""Programs that are kept running: started again when they end, grow too large, or do not answer."""
