"""What a store's reader can do wrong, and what the gap sees of it: five reads of one store."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.rulers.troubles import measure_arms, split_arms
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.study.steps.store_reads import AS_OF, LATEST
from lab.systems import find_system
from measure.data.ablation import draw as draw_effects
from measure.data.days import Days, estimate

FIGURES = {"store_skew": "skewed", "store_gap": "gap", "store_harm": "harm"}
KEYS = (*FIGURES, "store_loss", "store_promise")


def rows(results: Results) -> Iterator[Row]:
    """Row skew, gap, served log loss, and its distance from that of the honest read, by read and kind of question."""
    for name in results.systems:
        if not find_system(name).has_store:
            yield from (make_absent(key, name, "any", "it has no store to read") for key in KEYS)
            continue
        for mode, table in results.by_mode(f"store_reads-{name}", "arms"):
            arms = split_arms(table)
            for part, effect in measure_arms(arms, AS_OF).items():
                sums = arms[part]
                note = f"{sums['rows'].sum():,.0f} answers on {len(sums)} days"
                for key, figure in FIGURES.items():
                    yield make_row(key, name, mode, getattr(effect, figure), note, part)
                loss = estimate(Days(sums["day"]).ratios(sums["served"], sums["rows"]))
                yield make_row("store_loss", name, mode, loss, note, part)
        for mode, table in results.by_mode(f"store_reads-{name}", "september"):
            yield from _compare_promises(name, mode, split_arms(table))


def _compare_promises(name: str, mode: str, arms: dict[str, pd.DataFrame]) -> Iterator[Row]:
    """What a test on September promised: each read's log loss minus the honest read's, paired by week."""
    days = Days(arms[AS_OF]["day"])
    promised = {part: days.ratios(of["loss"], of["rows"]) for part, of in arms.items()}
    for part, losses in promised.items():
        note = f"log loss {losses[0]:.4f} on September, fitted up to August"
        yield make_row("store_promise", name, mode, estimate(losses - promised[AS_OF]), note, part)


def draw(results: Results, folder: Path) -> None:
    """Gap and harm of each read; and without the join that knows no time, beside which all else is small."""
    for name in (name for name in results.systems if find_system(name).has_store):
        effects = {
            f"{part}, {mode.replace('_', ' ')}": effect
            for mode, table in results.by_mode(f"store_reads-{name}", "arms")
            for part, effect in measure_arms(split_arms(table), AS_OF).items()
        }
        title = "Five reads of one store: what the gap sees, and what it costs"
        draw_effects(effects, name, folder / "store_reads.png", ("gap", "harm"), title)
        small = {part: effect for part, effect in effects.items() if not part.startswith(LATEST)}
        title = "A leak before the cut-off: what the gap sees, and what it costs"
        draw_effects(small, name, folder / "store_leak.png", ("gap", "harm"), title)
