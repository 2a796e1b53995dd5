"""Workers: what runs in a process of its own while the study goes on. Each leaves tables in its step's folder."""
