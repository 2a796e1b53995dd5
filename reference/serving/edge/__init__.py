"""The same model in the browser, with no server behind it."""
