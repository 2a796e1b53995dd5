"""A database that somebody else is writing to."""

import sqlite3
from pathlib import Path


def lock(file: Path) -> sqlite3.Connection:
    """Hold a database until what comes back is closed."""
    store = sqlite3.connect(file, isolation_level=None)
    store.execute("begin immediate")
    return store
