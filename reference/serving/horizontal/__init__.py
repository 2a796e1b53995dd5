"""Models side by side, each in a process, asked at once within a time limit."""
