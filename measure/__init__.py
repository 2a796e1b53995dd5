"""The rulers. They import no system: results, code paths and callables come in as arguments."""
