"""A new service is a copy of the last one: everybody knows how it works, and nothing has to be agreed on."""
