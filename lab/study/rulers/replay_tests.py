"""What a test that replays some days through both halves costs, and what it catches (claim N7)."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from lab.engine.workspace import REPOSITORY
from lab.study.arm_steps import TEST, has_adapter
from lab.study.results import Results
from lab.study.rulers.replay_alarms import count_alarms, list_found, pick
from lab.study.scorecard_rows import EVERY, Row, make_absent, make_spread
from lab.study.steps.replay_price import IN_CI, TRAINING
from lab.systems import ADAPTERS, find_system
from measure.cost import footprint

KEYS = ("replay_lines", "replay_seconds", "replay_share", "replay_catches", "replay_alarms")
WINDOWS = ("1 hour", "1 day", "7 days")
NONE = "nobody has written it a replay test"


def rows(results: Results) -> Iterator[Row]:
    """Lines, nodes, CPU seconds and what is caught, of the system that has such a test."""
    for name in results.systems:
        if not has_adapter(find_system(name), TEST):
            yield from (make_absent(key, name, EVERY, NONE) for key in KEYS)
            continue
        yield from _size(name)
        yield from _price(results, name)
        yield from _catches(results, name)
        yield from count_alarms(name, read_caught(results, name))


def draw(results: Results, folder: Path) -> None:
    """Nothing: a handful of counts is a table."""


@lru_cache
def read_caught(results: Results, name: str) -> pd.DataFrame:
    """A row a change: see ``lab.study.steps.replay_catches``."""
    return results.table(f"{TEST}-{name}", "caught")


def _size(name: str) -> Iterator[Row]:
    system = find_system(name)
    file = REPOSITORY / system.folder / ADAPTERS / f"{TEST}.py"
    nodes, whole = footprint.size([file]).nodes, footprint.size(system.code).nodes
    lines = sum(bool(line.strip()) for line in file.read_text().splitlines())
    yield Row("replay_lines", name, EVERY, float(lines), part="lines", note="that are not blank, docstrings included")
    yield Row("replay_lines", name, EVERY, float(nodes), part="nodes", note=f"{nodes / whole:.0%} of the system's own")


def _price(results: Results, name: str) -> Iterator[Row]:
    table = results.table(f"replay_price-{name}", "price")
    note = f"low and high are the extremes of {len(table)} rounds"
    for part in table:
        yield make_spread("replay_seconds", name, EVERY, table[part], note, part)
    for part in (IN_CI, "1 day"):
        yield make_spread("replay_share", name, EVERY, table[part] / table[TRAINING], note, part)


def _catches(results: Results, name: str) -> Iterator[Row]:
    """Shares of causes and of mutants, for every window that could have been replayed: the mean, and the extremes."""
    caught, hours = read_caught(results, name), results.table(f"{TEST}-{name}", "hours")
    allowed = set(pick(caught, "system", "as it is")["features"].split())
    for kind in ("cause", "mutant"):
        of = caught[caught["kind"] == kind]
        for window, groups in list_windows(hours).items():
            shares = pd.Series([list_found(of, seen).mean() for seen in groups])
            missed = "; ".join(map(_name_change, of[~list_found(of, set().union(*groups))].itertuples()))
            note = f"of {len(of)}, in {len(groups)} such windows; in none of them: {missed or 'nothing'}"
            low, high = float(shares.min()), float(shares.max())
            mean = min(max(float(shares.mean()), low), high)  # of equal shares it may differ in its last digit
            yield Row("replay_catches", name, EVERY, mean, low, high, note, f"{kind}s, {window}")
    mutants = caught[caught["kind"] == "mutant"]
    beyond = list_found(mutants, set(hours["number"]), allowed).mean()
    note = f"features that differ today are excepted: {', '.join(sorted(allowed))}"
    yield Row("replay_catches", name, EVERY, float(beyond), note=note, part="mutants, 7 days, causes left")


def _name_change(change: Any) -> str:
    """A cause, or a mutant with what it changes."""
    return f"{change.name}, {change.before} -> {change.after}" if change.before else str(change.name)


def list_windows(hours: pd.DataFrame) -> dict[str, list[set[int]]]:
    """The hours (their numbers) that a test sees, for each window that it could have replayed, by its length."""
    numbers = hours["number"].tolist()
    days = [set(of["number"]) for _, of in hours.groupby("day")]
    return dict(zip(WINDOWS, ([{number} for number in numbers], days, [set(numbers)]), strict=True))
