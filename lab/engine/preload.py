"""Loads the heavy libraries, once, in the process that all workers are forked from: importing this module does it.

Loading them takes longer than some steps do. The names come from the environment (see ``preloaded_workers``), as this
runs in a process that was started with no arguments of ours.
"""

import atexit
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

VARIABLE = "PRELOADED_LIBRARIES"


@contextmanager
def _silence() -> Iterator[None]:
    """Drop what is printed meanwhile: what libraries warn one another of is not for the reader."""
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in kept:
        os.dup2(nowhere, stream)
    yield
    for stream, copy in kept.items():
        os.dup2(copy, stream)
        os.close(copy)
    os.close(nowhere)


with _silence():
    for library in filter(None, os.environ.get(VARIABLE, "").split(",")):
        with suppress(ImportError):  # the step that needs it will say what is missing
            import_module(library)
gc.collect()
gc.freeze()  # workers share the memory that no collection touches
atexit.register(gc.unfreeze)  # libraries that count what they leave behind would complain
