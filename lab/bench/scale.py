"""Where does one machine end? Every stage of FTI on the year, on 4 and on 16 years of the same flights.

``python -m lab.bench.scale`` runs each stage in a process of its own, the sizes by turns, and writes what they took to
``.study/results/scale.json`` (``STUDY_HOME`` moves ``.study``). It goes on where it stopped, stage by stage.
``--record`` copies the result to ``lab/bench/records/scale.json``, which the page and the lesson read.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from lab.bench.scale_stages import STAGES
from lab.engine.workspace import REPOSITORY, StudyError, open_workspace, study_folder

ROUNDS = {1: 3, 4: 2, 16: 1}
"""Years, and how often each size is run: sixteen take minutes."""
RECORDED = Path(__file__).parent / "records" / "scale.json"
PACKAGES = ("duckdb", "feast", "numpy", "pandas", "pyarrow", "pyspark", "scikit-learn")


def turns(rounds: dict[int, int]) -> Iterator[tuple[int, int]]:
    """(years, round): the sizes by turns, so that a slow hour of the machine meets all of them."""
    for number in range(max(rounds.values())):
        yield from ((copies, number) for copies, count in rounds.items() if number < count)


def run(home: Path, rounds: dict[int, int], console: Console) -> dict[str, Any]:
    """Run what is not yet in the results; returns them all."""
    results = home / "results" / "scale.json"
    results.parent.mkdir(exist_ok=True)
    found = json.loads(results.read_text()) if results.exists() else machine() | {"measurements": []}
    for copies, number in turns(rounds):
        folder = home / "scale" / str(copies)
        for stage in missing(found["measurements"], copies, number, folder, console):
            figures = child(stage, folder, console)
            found["measurements"].append({"stage": stage, "copies": copies, "round": number, **figures})
            results.write_text(json.dumps(found, indent=1) + "\n")
    shutil.rmtree(home / "scale", ignore_errors=True)
    return found


def missing(done: list[dict[str, Any]], copies: int, number: int, folder: Path, console: Console) -> list[str]:
    """The stages of a round that have not been measured; all of a broken one whose files are gone."""
    mine = [one for one in done if (one["copies"], one["round"]) == (copies, number)]
    if len(mine) < len(STAGES) and not (folder / "asked_night.parquet").exists():
        child("world", folder, console)
        done[:] = [one for one in done if one not in mine]
        return list(STAGES)
    return [stage for stage in STAGES if stage not in {one["stage"] for one in mine}]


def child(stage: str, folder: Path, console: Console) -> dict[str, Any]:
    """What the stage measured of itself; raises ``StudyError`` if it died."""
    said = folder / "said.json"
    command = [sys.executable, "-W", "ignore", "-m", "lab.bench.scale_stages", stage, str(folder), str(said)]
    with console.status(f"{folder.name} years: {stage}"):
        ended = subprocess.run(command, cwd=REPOSITORY, env=_quiet(), stdout=subprocess.DEVNULL)
    if ended.returncode:
        raise StudyError(f"{stage} at {folder.name} years ended with {ended.returncode}: see above, then run it again")
    figures = json.loads(said.read_text()) if stage != "world" else {}
    if figures:
        console.print(f"{folder.name:>3} years  {stage:9} {figures['seconds']:7.1f} s {figures['peak_mb']:8,.0f} MB")
    return figures


def _quiet() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "FEAST_USAGE": "False", "PYTHONNOUSERSITE": "1"}


def machine() -> dict[str, Any]:
    """Without these no figure means anything; ``load``: processes that wanted to run as the bench began."""
    facts = {"cpus": os.cpu_count(), "memory_gib": psutil.virtual_memory().total / 2**30}
    facts |= {"load": os.getloadavg()[0]}  # others may be at work too
    facts |= {"system": platform.system(), "machine": platform.machine(), "python": platform.python_version()}
    return {"machine": facts, "packages": {name: version(name) for name in PACKAGES}}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.bench.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--record", action="store_true", help=f"copy the result to {RECORDED.name}")
    options = parser.parse_args()
    try:
        with open_workspace(study_folder()) as home:
            found = run(home, ROUNDS, Console())
    except StudyError as error:
        sys.exit(str(error))
    if options.record:
        RECORDED.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
