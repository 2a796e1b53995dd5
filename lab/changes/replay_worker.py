"""The worker process of the replay: does one step (``python -m lab.changes.replay_worker JOB NAME FOLDER STEPS``)."""

import json
import os
import sys
from pathlib import Path

from lab.changes.operation import Operation, installed
from lab.changes.patch_blocks import tree
from lab.changes.replay import replay
from lab.changes.replay_dataset import read_dataset, write_dataset
from lab.changes.versioned_modules import versioned
from lab.engine.workspace import REPOSITORY
from lab.systems import find_system
from problem.source import MissingData


def ground(folder: Path, name: str, steps: Path) -> None:
    """Cut the data package down to the small world."""
    write_dataset(folder)


def base(folder: Path, name: str, steps: Path) -> None:
    """Put a system into operation as it is, in ``home``; then let a copy of it live, for what its training path saw.

    ``modules.json``: the libraries it imports; ``modes.json``; by mode its training features for the questions;
    ``then.parquet``: its answers to them, had nothing been rolled out; and ``versioned.json``: its modules that have a
    version.
    """
    old = Operation(name, folder / "home", read_dataset(steps / "ground"))
    installed(old)
    life = old.copied(folder / "later")
    for mode in life.modes:
        life.training(life.asked(mode)).to_parquet(folder / f"{mode}.parquet", index=False)
    old.copied(folder / "then").replayed().to_parquet(folder / "then.parquet", index=False)
    (folder / "modes.json").write_text(json.dumps(life.modes))
    (folder / "versioned.json").write_text(json.dumps(versioned(tree(REPOSITORY, find_system(name).folder))))
    ours = ("problem", "parts", "antipatterns", "reference", "lab", "measure", "__main__")
    names = [module for module in sys.modules if module.partition(".")[0] not in ours]
    (folder / "modules.json").write_text(json.dumps([*names, "pytest", "coverage", "scipy.sparse.csgraph"]))


JOBS = {job.__name__: job for job in (ground, base, replay)}


def main(job: str, name: str, folder: str, steps: str) -> int:
    """Run one job; problems the reader can mend become one line on standard error and exit status 2."""
    try:
        JOBS[job](Path(folder), name, Path(steps))
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main(*sys.argv[1:]))
