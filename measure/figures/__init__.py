"""How figures look, and maps that several rulers draw."""
