"""Measures, writes the results folder, and prints the scorecard."""

import json
import shutil
import traceback
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from rich.console import Console

from lab.engine.isolation import Send, Task, run_isolated
from lab.engine.step import Step
from lab.engine.step_cache import DONE, digest, is_done, mark_done
from lab.engine.step_keys import key_of_steps
from lab.engine.workspace import explain_os_error
from lab.study.deep_records import describe_source, plan_study
from lab.study.eight_table import print_eight
from lab.study.results import Results
from lab.study.rulers import Ruler
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row, read_early_rows, read_row
from lab.study.scorecard_table import describe_end
from lab.study.study_steps import name_together
from lab.study.verdicts import read_predictions
from lab.systems import find_system, list_core

PATIENCE = 300.0
"""CPU seconds for one ruler; the slowest takes ten."""
DATA = (
    "PREDICTIONS.md",
    "measure/figures/figure_style.mplstyle",
    "lab/study/scorecard_questions.toml",
    "lab/study/records",
    "lab/changes/records",
    "lab/faults/records",
)


def print_results(home: Path, systems: list[str], console: Console) -> int:
    """Bring the results up to date and print them; 0, or 1 if the gate fails."""
    folder = home / ("results" if systems == list_core() else f"results-{'-'.join(systems)}")
    try:
        rows = _measure(home / "steps", folder, systems)
    except OSError as error:
        raise explain_os_error(error, home) from error
    passed = passes_gate(rows)
    if passed:
        print_eight(rows, systems, console)
    end = (describe_end(rows, passed), describe_source(systems), f"all figures: {folder}/scorecard.json")
    console.print("\n" + "\n".join(filter(None, end)), highlight=False, soft_wrap=True)
    return 0 if passed else 1


def passes_gate(rows: list[Row]) -> bool:
    """G0: nothing differs on the frozen fixture, nothing differs from the oracle, and the ruler itself is true."""
    return all(row.value == 0 for row in rows if row.key in ("gate", "oracle"))


def read_rows(folder: Path) -> list[Row]:
    """The rows of a finished scorecard."""
    return [read_row(row) for row in json.loads((folder / "scorecard.json").read_text())]


def _measure(steps: Path, folder: Path, systems: list[str]) -> list[Row]:
    key = _compute_key(steps, systems)
    if is_done(folder, key):
        return read_rows(folder)
    results = Results(steps, systems)
    from lab.study.rulers.every import RULERS  # heavy: only where there is something to measure

    with TemporaryDirectory() as drawn:
        measured = [*(f"measure-{name}" for name in systems), name_together("measure_code", systems)]
        early = read_early_rows(steps, measured)
        rows = apply_rulers(RULERS, results, Path(drawn), early)
        _make_room(folder)
        _copy_tables(steps, folder, systems)
        if passes_gate(rows):
            shutil.copytree(drawn, folder / "figures")
    expected = read_predictions()
    table = [row.as_json(expected.get(QUESTIONS[row.key].id, "")) for row in rows]
    (folder / "scorecard.json").write_text(json.dumps(table, indent=1))
    mark_done(folder, key)
    return rows


def apply_rulers(
    rulers: tuple[Ruler, ...], results: Results, figures: Path, early: Mapping[str, list[Row]] = MappingProxyType({})
) -> list[Row]:
    """The rows of all rulers, in their order; draws their figures into ``figures``. Two run at a time, each in a child.

    ``early``: by ruler, rows that are there already. Raises ``RuntimeError`` with all that a ruler said when it failed.
    """
    tasks: list[Task] = [partial(_apply_ruler, ruler, results, figures, early) for ruler in rulers]
    found: dict[int, list[Row]] = {}
    for number, said, why in run_isolated(tasks, PATIENCE):
        if why or not said:
            raise RuntimeError(f"a ruler failed: {why}\n{said[0] if said else ''}")
        found[number] = said[0]
    return [row for number in range(len(rulers)) for row in found[number]]


def _apply_ruler(ruler: Ruler, results: Results, figures: Path, early: Mapping[str, list[Row]], send: Send) -> None:
    try:
        rows = early.get(ruler.__name__.rpartition(".")[2]) or list(ruler.rows(results))
        ruler.draw(results, figures)
    except Exception:
        send(traceback.format_exc())
        raise
    send(rows)


def _compute_key(folder: Path, systems: list[str]) -> str:
    """The code, and what the steps left: one that was run again under the same code may have measured other figures."""
    steps = plan_study(systems)
    studied = [find_system(name) for name in systems]
    data = (*DATA, *(path for system in studied for path in (system.folder, *system.data)))
    names = tuple(step.name for step in steps)
    everything = Step("scorecard", "lab.study.rulers.every:RULERS", "", {"systems": systems}, names, data=data)
    finished = [(folder / name / DONE).read_bytes() for name in names]
    return digest(b"".join([key_of_steps([*steps, everything])["scorecard"].encode(), *finished]))


def _make_room(folder: Path) -> None:
    """Take out what this module writes and nothing else: the benchmark keeps its result here too."""
    folder.mkdir(exist_ok=True)
    (folder / DONE).unlink(missing_ok=True)
    for name in ("training", "served", "figures"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _copy_tables(steps: Path, folder: Path, systems: list[str]) -> None:
    for kind, step in (("training", "train"), ("served", "serve")):
        (folder / kind).mkdir()
        for name in systems:
            shutil.copyfile(steps / f"{step}-{name}" / f"{kind}.parquet", folder / kind / f"{name}.parquet")
