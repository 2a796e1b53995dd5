"""Web single: one process, in which the web server, what it makes of a question, and the model are."""
