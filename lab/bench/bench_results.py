"""What all benches share: turns, their part of ``.study/results/bench.json``, tables."""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from typing import Any

import pandas as pd
import psutil
from rich.console import Console

from lab.engine.command import run_guarded
from lab.engine.recorded import Recorded, describe_machine, wait_until_idle
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


def keep(part: str, results: dict[str, Any]) -> None:
    """Put one bench's results beside those of the others; what an earlier run of it left is replaced."""
    with open_workspace(study_folder()) as home:
        path = home / "results" / FILE
        path.parent.mkdir(exist_ok=True)
        parts = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(parts | {part: results}, indent=1) + "\n")


@dataclass(frozen=True)
class Bench:
    """One bench: ``measure`` gets its options, each named with its default in ``defaults``, and returns the results.

    With a ``record`` it has the option ``--record``, which keeps the results with the code, where nothing else uses the
    machine; ``compute_digests`` says what they rest on.
    """

    name: str
    about: str
    measure: Callable[[argparse.Namespace], dict[str, Any]]
    defaults: Mapping[str, float]
    record: Recorded | None = None
    compute_digests: Callable[[], dict[str, str]] = dict

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Measure and keep; exit status 0, 2 for what the reader can mend, 130 if stopped."""
        parser = argparse.ArgumentParser(description=self.about, formatter_class=argparse.RawTextHelpFormatter)
        for name, default in self.defaults.items():
            parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{default:g}, unless given")
        if self.record:
            parser.add_argument("--record", action="store_true", help=f"keep the results in {self.record.path.name}")
        options = parser.parse_args(arguments)
        return run_guarded("bench", lambda: self._run(options))

    def _run(self, options: argparse.Namespace) -> int:
        record = self.record if getattr(options, "record", False) else None
        load, results = wait_until_idle() if record else None, describe_surroundings()
        results |= self.measure(options)
        keep(self.name, results)
        if record:
            record.write({self.name: results}, self.compute_digests(), timed=True, load=load)
        return 0


def print_table(table: pd.DataFrame) -> None:
    """Print a table, its numbers with three digits."""
    CONSOLE.print(table.to_string(index=False, float_format="{:.3g}".format))
