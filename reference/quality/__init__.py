"""How it is found out what is good enough, and what happens when it is not."""
