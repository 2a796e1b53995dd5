"""A week beside the champion, which throws out what is broken; then half of the aircraft."""
