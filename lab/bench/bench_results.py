"""What all benches share: turns, their part of ``.study/results/bench.json``, tables."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distributions
from typing import Any

import pandas as pd
import psutil
from rich.console import Console
from rich.table import Table

from lab.engine.recorded import describe_machine
from lab.engine.workspace import open_workspace, study_folder

FILE = "bench.json"
PACKAGES = ("feast", "duckdb", "polars", "pandas", "numpy", "pyarrow", "pyspark", "scikit-learn", "mlflow", "fastapi",
            "uvicorn", "aiohttp")  # fmt: skip
CONSOLE = Console(highlight=False, soft_wrap=True)


def describe_surroundings() -> dict[str, Any]:
    """The ``machine`` and the versions of ``packages``, without which no time means anything.

    ``memory_gib`` is the machine's; ``load``: processes that wanted to run in the last minute.
    """
    memory, load = psutil.virtual_memory().total / 2**30, round(os.getloadavg()[0], 1)
    machine = describe_machine() | {"cpus": os.cpu_count(), "memory_gib": memory, "load": load}
    return {"machine": machine, "packages": {d.name: d.version for d in distributions() if d.name in PACKAGES}}


def take_turns(names: Iterable[str], rounds: int) -> Iterator[tuple[int, str]]:
    """(round, name): each name once a round, every other round backwards, so that drift hits all of them alike."""
    for number in range(rounds):
        yield from ((number, name) for name in list(names)[:: -1 if number % 2 else 1])


def keep(part: str, results: Mapping[str, Any]) -> None:
    """Put one bench's results beside those of the others; what an earlier run of it left is replaced."""
    with open_workspace(study_folder()) as home:
        path = home / "results" / FILE
        path.parent.mkdir(exist_ok=True)
        parts = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(parts | {part: describe_surroundings() | results}, indent=1) + "\n")


def print_table(table: pd.DataFrame, title: str = "") -> None:
    """Print a table, its numbers with three digits."""
    printed = Table(*map(str, table.columns), title=title, title_justify="left")
    for row in table.itertuples(index=False):
        printed.add_row(*(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row))
    CONSOLE.print(printed)
