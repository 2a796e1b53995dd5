"""Without a release: seconds until something else is answered, rules that pile up, and models by segment."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

from lab.patterns.changed_incidents import RELEASED, Size, measure_incidents
from lab.patterns.changed_rule_figures import replay_rules
from lab.patterns.changed_rules import LIFETIMES, NEVER
from lab.patterns.changed_switches import NULLS, TABLES, TRIED, count_words, fit_table, judge_switches
from lab.patterns.segment_borders import (
    BY_CARRIER,
    BY_HOUR,
    count_too_few,
    fit_timed,
    measure_halves,
    measure_jumps,
    measure_misrouting,
)
from lab.patterns.segment_losses import (
    DIFFERENT,
    DIFFERENT_SHARES,
    GLOBAL,
    OWN,
    SEGMENTS,
    SHARES,
    find_turn,
    fit_below,
    judge_segments,
    judge_wholes,
    turn_difference,
    turn_rows,
)
from lab.patterns.segment_rows import Season, make_season
from lab.patterns.watched_faults import Fault
from lab.patterns.watched_year import Year, make_year
from measure.data.comparison import Word
from parts.model_export.onnx_export import export_model
from parts.treated_service.treated_service import GRAPH, RATES
from problem.facts import load_facts
from problem.segments import Models

ALONE = True
HOURS = 24


class Plan(NamedTuple):
    """``every``: of the requests of the year, one in so many; ``size``: of what is done with processes."""

    every: int = 2
    size: Size = Size()
    faults: Sequence[Fault] = TRIED
    lifetimes: Sequence[int] = LIFETIMES
    segments: Sequence[str] = SEGMENTS
    shares: Sequence[float] = SHARES
    different: Sequence[int] = DIFFERENT
    different_shares: Sequence[float] = DIFFERENT_SHARES


FULL = Plan()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """Both halves: behaviour that is changed, and models by segment."""
    year = make_year(load_facts(), plan.every)
    found: dict[str, Any] = {"behaviour": measure_behaviour(folder, sides, year, plan)}
    found["segments"] = measure_segments(sides, year, plan)
    return {"headline": tell(found), **found}


def measure_behaviour(folder: Path, sides: Mapping[str, ModuleType], year: Year, plan: Plan) -> dict[str, Any]:
    """Seconds and wrong answers until a change is in force; whether a switch beats the fault; rules of a year."""
    models = put_models(folder / "models", year)
    return {
        "incidents": measure_incidents(sides, folder, models, plan.size),
        "switches": judge_switches(year, plan.faults),
        "rules": replay_rules(year, plan.lifetimes),
    }


def put_models(models: Path, year: Year) -> Path:
    """The folder from which every replica answers: the year's model, and rates by hour."""
    models.mkdir(parents=True)
    (models / GRAPH).write_bytes(export_model(year.model).SerializeToString())
    rates = fit_table(year).predict(pd.DataFrame({"local_hour": [float(hour) for hour in range(HOURS)]}))
    (models / RATES).write_text(json.dumps(rates.tolist()))
    return models


def measure_segments(sides: Mapping[str, ModuleType], year: Year, plan: Plan) -> dict[str, Any]:
    """Losses by segment and over the dials, jumps, wrong ways, upkeep."""
    season = make_season(year)
    made = {name: import_module(f"{sides[name].__name__}.models") for name in (GLOBAL, OWN)}
    one, upkeep = fit_timed(made[GLOBAL], season.known, "")
    several, below, costs = {}, {}, [upkeep]
    for by in plan.segments:
        several[by], cost = fit_timed(made[OWN], season.known, by, made[OWN].LEAST, for_all=one.model)
        costs.append(cost | count_too_few(season.known, by, made[OWN].LEAST))
        below[by] = fit_below(season, by, made[OWN], one.model)
    rows = turn_rows(season, made, one, several["origin"], plan.shares)
    different = turn_difference(season, made, plan.different, plan.different_shares)
    thinned = dict.fromkeys(row["share"] for row in different)
    return {
        "each": judge_segments(season, one, several),
        "below": judge_segments(season, one, below),
        "wholes": judge_wholes(season, one, several),
        "rows": rows,
        "different": different,
        "turns": {
            "rows": find_turn(rows, "rows"),
            **{
                f"different {share:g}": find_turn([row for row in different if row["share"] == share], "different")
                for share in thinned
            },
        },
        "jumps": judge_jumps(season, several[BY_HOUR], one) if BY_HOUR in several else [],
        "misrouting": measure_misrouting(season, several[BY_CARRIER], one) if BY_CARRIER in several else [],
        "upkeep": costs,
    }


def judge_jumps(season: Season, several: Any, one: Models) -> list[dict[str, Any]]:
    """Answers an hour apart, and what chance in fitting makes of them."""
    return [*measure_jumps(season, several, one), measure_halves(season, several)]


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    incidents, switches = found["behaviour"]["incidents"], found["behaviour"]["switches"]
    released = [row for row in incidents["times"] if row["side"] == RELEASED]
    most = max(row["replicas"] for row in released)
    times = [row["seconds"][-1] for row in released if row["replicas"] == most]
    turn = {(row["replicas"], row["gate"]): row["from"] for row in incidents["turns"]}[most, 0.0]
    sooner = f"sooner than a flag looked at every {turn:g} s or more" if turn else "never sooner than a flag"
    counts = {switch: count_words(switches, switch) for switch in (*TABLES, NULLS)}
    words = ", ".join(f"{each} {of.get(Word.BETTER, 0)} and {of.get(Word.WORSE, 0)}" for each, of in counts.items())
    piled = next((row for row in found["behaviour"]["rules"] if row["weeks"] == NEVER), None)
    rules = (
        f"rules that never end {piled['value']:+.3f} nats ({piled['word']}), {piled['shadowed']:.0%} shadowed; "
        if piled
        else ""
    )
    each = [row["word"] for row in found["segments"]["each"]]
    return (
        f"{most} replicas redeployed in {max(times):.0f} s, {sooner}; of {len(switches) - 1} faults better and worse "
        f"than doing nothing: {words}; {rules}of {len(each)} segments with the rows for it an own model is better in "
        f"{each.count(Word.BETTER)}, worse in {each.count(Word.WORSE)}"
    )
