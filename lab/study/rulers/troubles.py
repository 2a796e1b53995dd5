"""What a messy world does to row skew, belief and service: each trouble alone, and all of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.study.steps.messy_world import AGAIN, ALL, EVERY_DAYS, NONE
from lab.systems import find_system
from measure.data.ablation import Effect, ablation
from measure.data.days import Days, estimate
from measure.figures import trouble_panels
from problem.messy_facts import CORRECTED, LATE, LOST, SLOW

PARTS = (NONE, LATE, CORRECTED, AGAIN, SLOW, LOST, ALL)
FIGURES = {"messy_skew": "skewed", "messy_gap": "gap", "messy_harm": "harm"}
SHOWN = {"skewed": "rows that differ", "gap": "served − believed log loss", "harm": "served log loss over none"}
NOTHING_LOST = "it answers from the warehouse and keeps no online state that a write could miss"
NOTHING_FILLED = "it keeps no history: its training reads the warehouse as it is now, as in the arm of corrections"


def rows(results: Results) -> Iterator[Row]:
    """Row skew, gap, served log loss, and its distance from that without troubles; why some arms are not there."""
    for name in results.systems:
        for mode, table in results.by_mode(f"messy-{name}", "arms"):
            arms = split_arms(table)
            yield from (row for part in PARTS for row in _make_rows(name, mode, part, arms))
        yield _count_differing(results, name)


def split_arms(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The sums by day of each arm."""
    return {str(arm): rows.reset_index(drop=True) for arm, rows in table.groupby("arm", sort=False)}


def measure_arms(arms: Mapping[str, pd.DataFrame], base: str) -> dict[str, Effect]:
    """Each arm's figures; the harm is its served log loss minus that of the arm ``base``, paired by week."""
    return dict(ablation(arms, base, base).arms)


def draw(results: Results, folder: Path) -> None:
    """A figure a kind of question."""
    modes: dict[str, dict[str, dict[str, Effect]]] = {}
    for name in results.systems:
        for mode, table in results.by_mode(f"messy-{name}", "arms"):
            effects = measure_arms(split_arms(table), NONE)
            modes.setdefault(mode, {})[name] = {part: effects[part] for part in PARTS if part in effects}
    for mode, systems in modes.items():
        title = f"A messy world, {mode.replace('_', ' ')}: each trouble alone, and all"
        trouble_panels.draw(systems, PARTS, SHOWN, folder / f"troubles_{mode}.png", title)


def _make_rows(name: str, mode: str, part: str, arms: Mapping[str, pd.DataFrame]) -> Iterator[Row]:
    if part not in arms:
        reason = NOTHING_FILLED if part == AGAIN else NOTHING_LOST
        yield from (make_absent(key, name, mode, reason, part) for key in (*FIGURES, "messy_loss"))
        return
    table, effect = arms[part], measure_arms(arms, NONE)[part]
    note = f"{table['rows'].sum():,.0f} answers, of one day in {EVERY_DAYS}"
    for key, figure in FIGURES.items():
        yield make_row(key, name, mode, getattr(effect, figure), note, part)
    loss = estimate(Days(table["day"]).ratios(table["served"], table["rows"]))
    yield make_row("messy_loss", name, mode, loss, note, part)


def _count_differing(results: Results, name: str) -> Row:
    """How many answers that were really asked of the online store differ from those that were recalled."""
    if not find_system(name).has_store:
        return make_absent("messy_live", name, "real_time", "every answer was really asked; nothing was recalled")
    live = results.table(f"messy-{name}", "live")
    note = f"of {live['asked'].sum():,} questions, in all arms"
    return Row("messy_live", name, "real_time", float(live["different"].sum()), note=note)
