"""Ways to record: with the features or without, at once or by a thread every so many seconds."""

from functools import partial

from problem.recorded import Form, Forms
from reference.operation.prediction_log.direct_log import DirectLog
from reference.operation.prediction_log.queued_log import QueuedLog
from reference.operation.prediction_log.reading import read_rows

EVERY = (0.1, 1.0)
"""Seconds between two writes of a queue."""
FORMS: Forms = {
    "structured": Form(partial(DirectLog, with_vectors=False), read_rows),
    "with vectors": Form(DirectLog, read_rows),
    "queued": Form(QueuedLog, read_rows),
    **{f"queued, every {every:g} s": Form(partial(QueuedLog, every=every), read_rows) for every in EVERY},
}
