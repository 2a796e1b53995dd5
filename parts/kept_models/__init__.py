"""A folder with models beside one another, one of them in force, and with the answers that it gave."""
