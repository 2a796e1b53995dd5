"""What all cells of the replay stand on: the dataset, and every system put into operation as it is."""

import json
import sys
from pathlib import Path

from lab.changes.operation import Operation, install
from lab.changes.replay_dataset import read_dataset, write_dataset
from lab.changes.versioned_modules import find_versioned
from lab.engine.workspace import REPOSITORY
from lab.sandbox.patched_copy import CODE
from lab.systems import find_system
from measure.code.sources import list_python_files


def write_small_world(folder: Path, steps: Path) -> None:
    """Cut the data package down to the small world."""
    write_dataset(folder)


def put_into_operation(folder: Path, steps: Path, system: str) -> None:
    """Install a system as it is, in ``home``; then let a copy of it live, for what its training path saw.

    ``modules.json``: the libraries it imports; ``modes.json``; by mode its training features for the questions;
    ``then.parquet``: its answers to them, had nothing been rolled out; and ``versioned.json``: its modules that have a
    version.
    """
    old = Operation(system, folder / "home", read_dataset(steps / "ground"))
    install(old)
    later = old.copied(folder / "later")
    for mode in later.modes:
        later.training(later.asked(mode)).to_parquet(folder / f"{mode}.parquet", index=False)
    old.copied(folder / "then").replayed().to_parquet(folder / "then.parquet", index=False)
    (folder / "modes.json").write_text(json.dumps(later.modes))
    sources = {
        str(file.relative_to(REPOSITORY)): file.read_text() for file in list_python_files(find_system(system).code)
    }
    (folder / "versioned.json").write_text(json.dumps(find_versioned(sources)))
    names = [module for module in sys.modules if module.partition(".")[0] not in (*CODE, "__main__", "__mp_main__")]
    (folder / "modules.json").write_text(json.dumps([*names, "pytest", "coverage", "scipy.sparse.csgraph"]))
