"""The candidate is asked beside the champion, and nobody hears what it says."""
