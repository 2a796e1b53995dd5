"""What takes too long for every study is run by ``make deep`` and kept here: the tables of those steps."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from lab.engine.command import open_console
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.recorded import Recorded, describe_machine, wait_until_idle
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps, sort_steps
from lab.engine.workspace import REPOSITORY, open_workspace, study_folder
from lab.study.arm_steps import is_of_arm
from lab.study.study_steps import is_deep, is_timed, plan_all
from lab.systems import list_core

RECORD = Recorded(REPOSITORY / "lab" / "study" / "records" / "deep.json")
WIDTH = 160
RUNS = 6
"""Of a step that measures time, rounds of so many runs are kept: those of one run agree better than two runs do.

With three, one more run still changed four words of nine hundred.
"""
NO_TIMES = ("kept",)
"""Tables of such steps that hold none: bytes of files. Of them the last run's is kept."""


def plan_study(systems: list[str]) -> list[Step]:
    """The steps of a study of these systems: all but those that are kept here. A system of your own has none yet."""
    recorded = list_recorded()
    run = [step for step in plan_all(systems) if step.name not in recorded]
    return [replace(step, after=tuple(name for name in step.after if name not in recorded)) for step in run]


def plan_deep(arms: bool = False) -> list[Step]:
    """The steps that are kept here, and those that they come after: those of the small arms, or all others.

    What others wait for comes first, then the system with the longest steps, so that neither core idles at the end.
    """
    steps = plan_all(list_core())
    needed = {step.name for step in steps if is_deep(step) and is_of_arm(step) == arms}
    for step in reversed(sort_steps(steps)):
        needed |= set(step.after) if step.name in needed else set()
    awaited = {name for step in steps for name in step.after if step.name in needed}
    chosen = [step for step in reversed(steps) if step.name in needed]
    return sorted(chosen, key=lambda step: (step.alone, step.name not in awaited))


def list_recorded() -> frozenset[str]:
    """The names of the steps that are kept here."""
    return frozenset(RECORD.values()) if RECORD.path.exists() else frozenset()


def describe_source(systems: list[str]) -> str:
    """A line on what a study of these systems takes from the record; "" if that is nothing."""
    kept = [step.name for step in plan_all(systems) if step.name in list_recorded()]
    if not kept:
        return ""
    made = RECORD.made(kept[0])
    return f"{len(kept)} long steps were recorded on {made['date']} ({made['machine']}): `make deep` makes them anew"


def compute_digests() -> dict[str, str]:
    """By step that is kept, the digest of all that its tables depend on, as it is now."""
    steps = plan_all(list_core())
    digests = digest_of_steps(steps)
    return {step.name: digests[step.name] for step in steps if is_deep(step)}


def read_table(step: str, name: str) -> pd.DataFrame:
    """One table that a step left when it was last recorded; raises ``LookupError`` for a step that was not."""
    return from_json(RECORD.value(step)[name])


def run_deep(arms: bool = False) -> int:
    """Run the steps that ``make study`` leaves out, or those of the small arms, and keep their tables; exit status 0.

    Raises ``StudyError`` at once if something else uses the machine, as some of them measure time.
    """
    load, steps = wait_until_idle(), plan_deep(arms)
    with open_workspace(study_folder()) as home:
        with Display(open_console(WIDTH)) as display:
            Executor(steps, home / "steps", display).run()
        kept = [step for step in steps if is_deep(step) and is_of_arm(step) == arms]
        tables = {step: read_tables(home / "steps" / step.name) for step in kept}
    digests = compute_digests()
    for timed in (False, True):
        values = {step.name: of for step, of in tables.items() if is_timed(step) == timed}
        values = {name: add_earlier_runs(name, of, digests) for name, of in values.items()} if timed else values
        RECORD.write(values, digests, timed, load if timed else None)
    RECORD.drop_all_but(digests)
    return 0


def add_earlier_runs(step: str, tables: dict[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    """The tables of a run behind those of earlier ones, if the same code made them, on such a machine."""
    if step not in list_recorded() or step in RECORD.stale(digests) or step in RECORD.moved():
        return tables
    if RECORD.made(step)["machine"] != describe_machine()["machine"]:
        return tables
    timed = {name: from_json(table) for name, table in tables.items() if name not in NO_TIMES}
    return tables | {name: to_json(pool_runs(read_table(step, name), latest)) for name, latest in timed.items()}


def pool_runs(earlier: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """Rows of the last ``RUNS`` runs, each of which has left equally many; rounds are numbered through."""
    rows = pd.concat([earlier, latest]).tail(RUNS * len(latest)).reset_index(drop=True)
    if "round" not in latest:
        return rows
    rounds, run = latest["round"].nunique(), rows.index // len(latest)
    return rows.assign(round=rows["round"] % rounds + rounds * run)


def read_tables(folder: Path) -> dict[str, Any]:
    """All tables in a step's folder by name, as JSON can hold them."""
    return {file.stem: to_json(pd.read_parquet(file)) for file in sorted(folder.glob("*.parquet"))}


def to_json(table: pd.DataFrame) -> dict[str, Any]:
    """Columns of a table as lists, with their types, and how many of them are the index."""
    index = [] if table.index.name is None else [table.index.name]
    table = table.reset_index() if index else table
    columns = {name: _to_list(column) for name, column in table.items()}
    return {"index": index, "types": {name: str(kind) for name, kind in table.dtypes.items()}, "columns": columns}


def _to_list(column: pd.Series) -> list[Any] | dict[str, list[Any]]:
    """The values; of text that comes again and again each once, and for every row its number, -1 for a null."""
    if column.dtype.kind == "M":
        column = column.astype(str)
    if column.dtype == object and 2 * column.nunique() < len(column):
        numbers, texts = pd.factorize(column)
        return {"texts": texts.tolist(), "numbers": numbers.tolist()}
    return [None if pd.isna(value) else value for value in column.tolist()]


def _from_list(written: list[Any] | dict[str, list[Any]]) -> list[Any]:
    if isinstance(written, list):
        return written
    texts = [*written["texts"], None]  # the null is the last: number -1
    return [texts[number] for number in written["numbers"]]


def from_json(written: Mapping[str, Any]) -> pd.DataFrame:
    """The table that ``to_json`` has written."""
    columns = {name: _from_list(column) for name, column in written["columns"].items()}
    table = pd.DataFrame(columns, dtype=object).astype(written["types"])
    return table.set_index(written["index"][0]) if written["index"] else table
