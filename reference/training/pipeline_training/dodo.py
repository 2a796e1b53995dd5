"""The same steps given to doit: ``doit -f dodo.py --db-file FILE``, side by side with ``-n 6``.

doit knows more than ``parts.stored_steps``: it makes a step again when what it needs has changed, and ``doit list``
shows all of them. It does not try again; that is the access layer's here. ``NIGHTLY_HOME``, ``NIGHTLY_ADDRESS`` and
``NIGHTLY_TODAY`` say where and for which day.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parts.stored_steps.stored_steps import Run
from problem.nightly import Site
from reference.training.pipeline_training.job import Job

DOIT_CONFIG = {"verbosity": 0, "continue": True}


def task_night() -> Iterator[dict[str, Any]]:
    """A task a step: its output is the target, the outputs that it needs are what it depends on."""
    job = Job(Path(os.environ["NIGHTLY_HOME"]), Site(os.environ["NIGHTLY_ADDRESS"], os.environ["NIGHTLY_TODAY"]))
    steps = tuple(job.list_steps())
    run = Run(steps, job.steps_folder)
    run.folder.mkdir(parents=True, exist_ok=True)
    for step in steps:
        yield {
            "name": step.name,
            "actions": [(run.make, [step])],
            "file_dep": [str(run.folder / name) for name in step.needs],
            "targets": [str(run.folder / step.name)],
            "uptodate": [True],
        }
