"""What all cells of the replay stand on beside the dataset: every system put into operation as it is."""

import ast
import json
import sys
from pathlib import Path

from lab.changes.operation import Operation
from lab.changes.replay_dataset import INSTALLED, read_dataset
from lab.engine.workspace import REPOSITORY
from lab.sandbox.patched_copy import CODE
from lab.systems import find_system
from measure.code.sources import list_python_files


def put_into_operation(folder: Path, steps: Path, system: str) -> None:
    """Install a system as it is, in ``home``; then let a copy of it live, for what its training path saw.

    ``modules.json``: the libraries it imports; ``modes.json``; by mode its training features for the questions;
    ``then.parquet``: its answers to them, had nothing been rolled out; and ``versioned.json``: its modules that have a
    version.
    """
    old = Operation(system, folder / "home", read_dataset(steps / "ground"))
    old.rolled_out(INSTALLED)
    later = old.copied(folder / "later")
    for mode in later.modes:
        later.training(later.asked(mode)).to_parquet(folder / f"{mode}.parquet", index=False)
    old.copied(folder / "then").replayed().to_parquet(folder / "then.parquet", index=False)
    (folder / "modes.json").write_text(json.dumps(later.modes))
    files = list_python_files(find_system(system).code)
    texts = {str(file.relative_to(REPOSITORY)): file.read_text() for file in files}
    versioned = {file: text for file, text in texts.items() if read_version(text) is not None}
    (folder / "versioned.json").write_text(json.dumps(versioned))
    names = [module for module in sys.modules if module.partition(".")[0] not in (*CODE, "__main__", "__mp_main__")]
    (folder / "modules.json").write_text(json.dumps([*names, "pytest", "coverage", "scipy.sparse.csgraph"]))


def read_version(text: str) -> object:
    """What a module assigns to ``VERSION``; None if it does not."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["VERSION"]:
            return ast.literal_eval(node.value)
    return None
