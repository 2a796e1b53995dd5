"""What wins in the test month is released."""
