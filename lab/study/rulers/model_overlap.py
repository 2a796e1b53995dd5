"""Ruler 11 on the study's results: from how many models on a store is the cheaper one, by how much they share."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.rulers.recompute import costs
from lab.study.scorecard_rows import Row, make_absent, make_spread
from lab.study.steps.model_costs import PIPELINE
from lab.systems import find_system
from measure.cost import overlap
from measure.cost.overlap import MODELS, Parts

Costs = dict[tuple[str, str], Parts]
"""By system and mode, in CPU seconds."""


def rows(results: Results) -> Iterator[Row]:
    """By overlap and rival, where the curves meet; a system that makes features in every run has no overlap."""
    own = _with_store(results)
    for name in results.systems:
        modes = costs(results).query("system == @name")["mode"].unique()
        if name not in own:
            why = "it makes its features anew for every model"
            yield from (make_absent("overlap", name, mode, why, part) for mode in modes for part in PARTS)
            yield from (make_absent("marginal", name, mode, "it is one of the rivals") for mode in modes)
    table = costs(results)
    for (rival, mode), of in table[table["system"] != own[0]].groupby(["system", "mode"], sort=False) if own else []:
        yield from _meetings(own[0], str(rival), str(mode), _parts(table), len(of["round"].unique()))


def draw(results: Results, folder: Path) -> None:
    """The curves of a system with a store beside those of the exhibits, and beside those of the controls."""
    for own in _with_store(results):
        overlap.draw(measure_medians(results, controls=False), own, folder / "overlap.png")
        overlap.draw(measure_medians(results, controls=True), own, folder / "overlap_controls.png")


def measure_medians(results: Results, controls: bool) -> Costs:
    """Costs of systems with a store beside those of the controls or of the exhibits, the medians of the rounds."""
    table, own = costs(results), _with_store(results)
    beside = [name for name in results.systems if name in own or find_system(name).is_control == controls]
    return _median(table[table["system"].isin(beside)])


PARTS = tuple(f"{share:.0%}" for share in overlap.OVERLAPS)


def _with_store(results: Results) -> list[str]:
    return [name for name in results.systems if find_system(name).has_store]


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    """By system, mode and round: the columns of ``Parts``; ``each`` is the mean of the models after the first."""
    by = ["system", "mode", "round"]
    first = table[table["number"] == 1].set_index(by)["seconds"]
    setup = table[table["stage"] == PIPELINE].set_index(by)["seconds"]
    each = table[table["number"] > 1].groupby(by, sort=False)["seconds"].mean()
    return pd.DataFrame({"setup": setup, "each": each, "once": (first - each).clip(lower=0)})


def _median(table: pd.DataFrame) -> Costs:
    medians = _parts(table).groupby(["system", "mode"], sort=False).median()
    return {(str(key[0]), str(key[1])): Parts(**row) for key, row in medians.iterrows()}


def _meetings(own: str, rival: str, mode: str, parts: pd.DataFrame, rounds: int) -> Iterator[Row]:
    mine, theirs = parts.loc[own, mode], parts.loc[rival, mode]
    ratios = mine["each"] / theirs["each"]
    note = f"mean of its models after the first over that of {rival}, features not counted; {len(ratios)} rounds"
    yield make_spread("marginal", own, mode, ratios, note, rival)
    each = [overlap.find_meetings(Parts(**mine.loc[number]), Parts(**theirs.loc[number])) for number in mine.index]
    middle = overlap.find_meetings(Parts(**mine.median()), Parts(**theirs.median()))
    for share, part in zip(overlap.OVERLAPS, PARTS, strict=True):
        found = [middle[share], *(meeting[share] for meeting in each)]
        note = f"against {rival}, at {MODELS} alike models; computed from measured parts; "
        note += f"low and high are the extremes of {rounds} rounds"
        yield Row("overlap", own, mode, middle[share], min(found), max(found), note, f"{part}, {rival}")
