"""One form for everything: whoever asks, and however many, asks and waits."""
