"""Worker that records which lines of a system run in which of its production modes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from lab.engine.workspace import REPOSITORY
from lab.systems import find_system, open_system
from measure.code.lines import lines_run
from problem.contract import TARGETS, Mode, System
from problem.facts import load_facts
from problem.fixture import Fixture, frozen
from problem.replay import replay
from problem.world import World


def trace_lines(folder: Path, steps: Path, name: str) -> None:
    """Train on the gate's fixture and serve it, in every kind of question the system answers.

    ``lines.parquet``: job (``features``, ``training`` or ``serving``), file (from the repository's root), line.
    """
    code = find_system(name).code
    modes = open_system(name, folder / "modes").modes
    found = [row for mode in reported(modes) for row in _trace_mode(name, folder / mode, mode, code)]
    pd.DataFrame(found, columns=["job", "file", "line"]).drop_duplicates().to_parquet(folder / "lines.parquet")
    for home in ("modes", *modes):
        shutil.rmtree(folder / home)


def _trace_mode(name: str, home: Path, mode: Mode, code: list[Path]) -> list[tuple[str, str, int]]:
    fixture = frozen(load_facts(), mode)
    cut_off = fixture.serving["asked_at"].min()
    system = open_system(name, home)
    jobs: dict[str, Callable[[], object]] = {
        "features": lambda: system.wake(World(fixture.facts, cut_off)),
        "training": lambda: _train(system, fixture, cut_off),
        "serving": lambda: pd.concat(replay(open_system(name, home), fixture.facts, fixture.serving)),
    }
    return [
        (job, str(file.relative_to(REPOSITORY)), line)
        for job, call in jobs.items()
        for file, line in lines_run(call, code)
    ]


def _train(system: System, fixture: Fixture, cut_off: pd.Timestamp) -> None:
    for target in TARGETS:
        system.train(fixture.facts.known_at(cut_off), fixture.training, target)
