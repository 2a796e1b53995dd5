"""Ruler 11 on the study's results: what each further model costs."""

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_spread
from lab.study.steps.model_costs import CALENDAR, PIPELINE
from lab.study.study_steps import name_together
from lab.systems import find_system
from measure.cost import break_even, footprint, reuse
from measure.cost.break_even import Curve
from problem.contract import STORED

FEATURE_VALUES = len(STORED) + CALENDAR
"""Distinct values that the models need for one question."""
MODELS = 6
"""How many models a team is assumed to end up with; what was not measured of them is extrapolated."""
Key = tuple[str, str]
COUNTED = "what a program computes for a question counts there, even if flights share it: lesson 7 counts both ways"


def rows(results: Results) -> Iterator[Row]:
    """What each model costs, how often a value is computed, and where the curves meet."""
    for (name, mode), of in costs(results).groupby(["system", "mode"], sort=False):
        seconds = of.pivot(index="round", columns="number", values="seconds")
        note = f"low and high are the extremes of {len(seconds)} rounds"
        yield make_spread("second", str(name), str(mode), seconds[2], note)
        yield make_spread("all_models", str(name), str(mode), seconds.sum(axis=1), note)
        yield from _recompute(str(name), str(mode), of[of["round"] == 0])
        yield from _break_even(results, str(name), str(mode))


def draw(results: Results, folder: Path) -> None:
    """First and second model, a system each; and the curves over the number of models."""
    reuse.draw(_marginal(results), folder / "second_model.png")
    break_even.draw(curves(results), "CPU seconds", folder / "break_even.png")


def costs(results: Results, job: str = "cost") -> pd.DataFrame:
    """A row per system, mode, round and stage: ``lab.study.steps.model_costs`` tells the columns.

    ``job``: ``cost`` for all rounds, as recorded; ``cost_again`` for the one that every study measures.
    """
    table = results.table(name_together(job, results.systems), "cost")
    return table.sort_values(["system", "mode", "round", "number"], ignore_index=True)


def curves(results: Results, column: str = "seconds") -> dict[Key, Curve]:
    """Cumulated cost over the number of models, the median of the rounds, by (system, mode)."""
    each = costs(results).groupby(["system", "mode"], sort=False)
    return {(str(name), str(mode)): _curve(of, column) for (name, mode), of in each}


def _curve(of: pd.DataFrame, column: str) -> Curve:
    each = of.groupby("number")[column].median()
    if column == "bytes_kept":  # measured as a running total
        each = each.diff().fillna(each.iloc[0])
    return break_even.curve(each.iloc[0], each.iloc[1:])


def _recompute(name: str, mode: str, one: pd.DataFrame) -> Iterator[Row]:
    models, asked = one["number"].max(), one["questions"].max()
    factor = break_even.recompute_factor(one["values_computed"].sum(), asked, FEATURE_VALUES)
    yield Row("recompute", name, mode, factor, note=f"for {models} models on {asked:,} questions; {COUNTED}")
    yield Row("rows_read", name, mode, float(one["rows_read"].sum()), note=f"raw rows handed out for {models} models")


def _break_even(results: Results, name: str, mode: str) -> Iterator[Row]:
    """Only a system that pays before its first model can break even later; for others the question is empty."""
    table = costs(results)
    table = table[table["mode"] == mode]
    rivals = [str(other) for other in table["system"].unique() if other != name]
    before = table.loc[(table["system"] == name) & (table["stage"] == PIPELINE), "bytes_kept"].max()
    if not rivals or not before:
        reason = "it pays nothing before its first model" if rivals else "no other system answers such questions"
        yield from (make_absent("break_even", name, mode, reason, what) for what in ("CPU", "bytes", "code"))
        yield from (make_absent(key, name, mode, reason) for key in ("break_even_again", "six_models"))
    again = costs(results, "cost_again").query("mode == @mode")
    for rival in rivals if before else []:
        yield from _meet_rival(table, name, mode, rival)
        now = _meeting(again, name, rival, "seconds")
        yield Row("break_even_again", name, mode, now, note="one round, in this study", part=rival)


def _meet_rival(table: pd.DataFrame, name: str, mode: str, rival: str) -> Iterator[Row]:
    rounds = [_meeting(of, name, rival, "seconds") for _, of in table.groupby("round")]
    note = f"against {rival}; low and high are the extremes of {len(rounds)} rounds"
    cpu = _meeting(table, name, rival, "seconds")  # of the median curves, as drawn
    yield Row("break_even", name, mode, cpu, min(cpu, *rounds), max(cpu, *rounds), note, f"CPU, {rival}")
    over = pd.Series([_compare_six(of, name, rival) for _, of in table.groupby("round")])
    yield make_spread("six_models", name, mode, over, f"range of {len(over)} rounds", rival)
    kept = _meeting(table, name, rival, "bytes_kept")
    yield Row("break_even", name, mode, kept, part=f"bytes, {rival}")
    nodes = {system: footprint.size(find_system(system).code).nodes for system in (name, rival)}
    code = 1.0 if nodes[name] <= nodes[rival] else math.inf
    yield Row("break_even", name, mode, code, note="no system needs code for one more model", part=f"code, {rival}")


def _meeting(table: pd.DataFrame, own: str, rival: str, column: str) -> float:
    of = {str(name): rows for name, rows in table.groupby("system")}
    return break_even.break_even(_curve(of[own], column), _curve(of[rival], column))


def _compare_six(table: pd.DataFrame, own: str, rival: str) -> float:
    curves = {str(name): _curve(rows, "seconds") for name, rows in table.groupby("system")}
    return curves[own].after(MODELS) / curves[rival].after(MODELS)


def _marginal(results: Results) -> dict[str, reuse.MarginalCost]:
    medians = costs(results).groupby(["system", "mode", "number"])["seconds"].median().unstack()
    last = medians.groupby("system").last()
    return {
        name: reuse.marginal_cost(
            {"feature pipeline": last.loc[name, 0], "training run": last.loc[name, 1]},
            {"feature pipeline": 0.0, "training run": last.loc[name, 2]},
        )
        for name in results.systems
    }
