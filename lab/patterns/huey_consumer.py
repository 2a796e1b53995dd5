"""huey's own consumer as a process: ``python -m lab.patterns.huey_consumer``, with ``QUEUE`` and ``MODELS``."""

import os

from lab.patterns.huey_deaths import open_tasks

LOOK = 0.02
"""Seconds until it looks again at an empty queue."""

if __name__ == "__main__":
    huey, _ = open_tasks(os.environ["QUEUE"])
    huey.create_consumer(workers=1, initial_delay=LOOK, max_delay=LOOK, periodic=False).run()
