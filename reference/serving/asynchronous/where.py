"""Where what was accepted is kept."""

import os


def find_queue() -> str:
    """The queue's line of configuration: ``QUEUE``, by default a file in the folder ``STATE``."""
    return os.environ.get("QUEUE") or f"sqlite:{os.environ.get('STATE', '.')}/queue.db"
