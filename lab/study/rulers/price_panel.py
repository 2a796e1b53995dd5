"""The price panel on the study's results: what a system weighs, keeps, and takes to run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.engine.step_cache import DONE
from lab.study.cell_text import PERCENT, format_cell
from lab.study.refresh_arms import DEPLOYED
from lab.study.results import Results
from lab.study.rulers.price_stages import MB, cpu, latency, memory
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import EVERY, Row, make_spread
from lab.study.study_steps import name_together
from lab.study.verdicts import find_winners
from lab.systems import find_system
from measure.cost import footprint, price_ratios
from measure.figures import figure_style

REFRESHES_TIMED = "from one run of some hours of refreshes from noon on: the views renewed at midnight are not in it"
TIMED = ("refresh", "cpu", "first_answer", "latency", "speed_up")
"""Figures of a clock: they move between runs, so no line won rests on them."""


def rows(results: Results) -> Iterator[Row]:
    """Size, jobs, storage, refreshes, memory, latency, what a second worker brings, and who is cheapest how often."""
    panel = (_static, _stored, memory, cpu, latency, _speed_up)
    found = [row for name in results.systems for figures in panel for row in figures(results, name)]
    yield from _cheapest(found, results.systems)
    yield from found


def _cheapest(found: list[Row], systems: list[str]) -> Iterator[Row]:
    """How many lines of the panel each system wins alone, among those that ask more than one system."""
    lines = dict.fromkeys((row.key, row.part) for row in found if row.key not in TIMED)
    won = [who for key, part in lines for who in find_winners(found, key, part).values()]
    note = f"alone, of {sum(map(bool, won))} contested lines; without times and CPU seconds"
    for name in systems:
        yield Row("cheapest", name, EVERY, float(won.count(name)), note=note)


def draw(results: Results, folder: Path) -> None:
    """Every figure of the whole system that all systems have, as a ratio to the first system."""
    found = list(rows(results))
    lines = _whole(found, results.systems).values()
    shown = {_name(of): {row.system: row.value or 0.0 for row in of} for of in lines if all(row.value for row in of)}
    beside = list_without_ratio(found, results.systems)
    price_ratios.draw(shown, results.systems[0], folder / "price.png", beside=beside)


def list_without_ratio(found: list[Row], systems: list[str]) -> str:
    """Which figures of the whole system cannot be in a figure of ratios, and how large they are."""
    lines = [of for of in _whole(found, systems).values() if not all(row.value for row in of)]
    missing = [f"{_name(of)} ({', '.join(_amount(row) for row in of if row.value)})" for of in lines]
    return f"Not drawn, as there is no ratio to 0: {'; '.join(missing)}" if missing else ""


def _whole(found: list[Row], systems: list[str]) -> dict[tuple[str, str], list[Row]]:
    """Figures that do not depend on the kind of question; only those that every system has."""
    lines: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        if row.value is not None and row.mode == EVERY and row.key not in ("cheapest", "speed_up", "cpu"):
            lines.setdefault((row.key, row.part), []).append(row)
    return {line: of for line, of in lines.items() if {row.system for row in of} == set(systems)}


def _name(of: list[Row]) -> str:
    return f"{QUESTIONS[of[0].key].measure} {of[0].part}".strip()


def _amount(row: Row) -> str:
    unit = QUESTIONS[row.key].unit
    return f"{figure_style.look(row.system).label} {format_cell(row)}" + ("" if unit in PERCENT else f" {unit}")


def count_code(results: Results) -> Iterator[Row]:
    """Files, nodes, jobs and schedules of every system: what needs no run."""
    for name in results.systems:
        yield from _count_code(name)


def _static(results: Results, name: str) -> Iterator[Row]:
    yield from _count_code(name)
    kept = sum(measure_kept(results, name).values()) / MB
    yield Row("stored", name, EVERY, kept, note="models and features after training")


def _count_code(name: str) -> Iterator[Row]:
    size, declared = footprint.size(find_system(name).code), find_system(name)
    yield Row("files", name, EVERY, float(size.files))
    yield Row("nodes", name, EVERY, float(size.nodes))
    yield Row("jobs", name, EVERY, float(len(declared.jobs)), note=", ".join(declared.jobs))
    yield Row("schedules", name, EVERY, float(len(declared.schedules)), note=", ".join(declared.schedules))


def measure_kept(results: Results, name: str) -> dict[str, int]:
    """Bytes of every file of an installation after training, by its path: those that the step wrote."""
    folder = results.steps / f"train-{name}"
    finished = json.loads((folder / DONE).read_text())["files"]
    return {file: (folder / file).stat().st_size for file in finished if Path(file).parts[0] == "home"}


def _stored(results: Results, name: str) -> Iterator[Row]:
    if not find_system(name).has_store:
        yield Row("unread", name, EVERY, 0.0, note="it stores no feature values")
        yield Row("refresh", name, EVERY, 0.0, note="it refreshes nothing")
        return
    table = results.table(f"unread-{name}", "unread")
    values = (table["rows"] * table["values"]).sum()
    share = 1 - (table["read"] * table["values"]).sum() / values
    yield Row("unread", name, EVERY, float(share), note=f"of {values:,} values, by training on both kinds of question")
    cpu = results.table(f"refresh-{name}", "cpu").set_index("interval")["per_day"]
    yield Row("refresh", name, EVERY, float(cpu[DEPLOYED]), note=REFRESHES_TIMED)


def _speed_up(results: Results, name: str) -> Iterator[Row]:
    table = results.table(name_together("speed_up", results.systems), "speed_up")
    of = table[table["system"] == name]
    gained = (of["one"] + of["rest"]) / (of["two"] + of["rest"])
    law = [footprint.amdahl(one, rest, 2) for one, rest in zip(of["one"], of["rest"], strict=True)]
    note = f"Amdahl's law allows {pd.Series(law).median():.2f}; extremes of {len(of)} rounds"
    yield make_spread("speed_up", name, EVERY, gained, note)
