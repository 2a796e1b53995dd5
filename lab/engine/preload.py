"""Loads the heavy libraries, once, in the process that all workers are forked from: importing this module does it.

Loading them takes longer than some steps do. The names come from the environment (see ``preloaded_workers``), as this
runs in a process that was started with no arguments of ours.
"""

import gc
import os
from contextlib import suppress
from importlib import import_module

VARIABLE = "PRELOADED_LIBRARIES"

for library in filter(None, os.environ.get(VARIABLE, "").split(",")):
    with suppress(ImportError):  # the step that needs it will say what is missing
        import_module(library)
gc.collect()
gc.freeze()  # workers share the memory that no collection touches
