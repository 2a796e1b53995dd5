"""Too big to answer: what a larger model is worth, what it takes, and how long a caller must wait to have it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from lab.load.saturation import find_ceiling
from lab.patterns.size_costs import TOGETHER as MANY
from lab.patterns.size_costs import open_scorers, overrun, time_sizes
from lab.patterns.size_rows import sweep_rows
from lab.patterns.size_verdicts import Floats, Judge, find_enough
from lab.patterns.sized_models import (
    EVERY,
    GROWN,
    LEARNER,
    STACK,
    Flights,
    Models,
    Risks,
    fit_models,
    make_flights,
    score_all,
    thin,
)
from lab.patterns.staged_patience import PATIENCES, compare, describe_cells, find_turn, lose_first_only
from lab.patterns.staged_rounds import (
    SINGLY,
    STAGED,
    TOGETHER,
    Cells,
    Load,
    ask_by_turns,
    kill_second_stage,
    measure_cpu_ratio,
    open_site,
)
from lab.patterns.staged_services import put_models
from problem.contract import FEATURES
from problem.facts import load_facts
from problem.too_big import Row

ALONE = True
BODIES = 200
"""Flights that are asked about."""
CEILING_REQUESTS = 1000
"""Asked of a service that does nothing, to see what the generator can do."""


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Log loss and milliseconds by size; nats by patience and rate; what second answers change; what a window holds."""
    every = make_flights(load_facts(), every=1)
    flights = Flights(*map(thin, every))
    models = fit_models(flights.known)
    found = measure_all(folder, sides, flights, models, Load())
    rows = sweep_rows(every.known, flights, {EVERY: models})
    ceiling = find_ceiling(requests=CEILING_REQUESTS).rate
    return found | {"rows": rows, "ceiling": ceiling}


def measure_all(
    folder: Path, sides: Mapping[str, ModuleType], flights: Flights, models: Models, load: Load
) -> dict[str, Any]:
    """The figures, from flights that are known and flights that are asked about."""
    risks, judge = score_all(models, flights), Judge(flights)
    drawn, rows = judge.draw_losses(risks), read_rows(flights.served[:MANY])
    sizes, scorers = judge.compare_sizes(drawn), open_scorers(models, (LEARNER, GROWN))
    found = {
        "flights": [len(flights.known), len(flights.served)],
        "sizes": sizes,
        "enough": find_enough(sizes),
        "changes": describe_changes(judge, risks),
        "costs": time_sizes(scorers, rows, load.rounds),
        "overrun": overrun(scorers[STACK], rows[:BODIES], load.rounds),
    }
    put_models(folder / "models", models[LEARNER], models[STACK])
    with open_site(sides, folder, rows[:BODIES], risks[STACK][:BODIES].tolist()) as site:
        cells = ask_by_turns(site, load)
        found["killed"] = kill_second_stage(site)
    found |= describe_load(cells, drawn, load.rates)
    return {"headline": describe(found), **found}


def read_rows(flights: pd.DataFrame) -> list[Row]:
    """Vectors as a caller sends them."""
    vectors = flights[list(FEATURES)].astype(object)
    return vectors.where(vectors.notna(), None).to_dict("records")


def describe_changes(judge: Judge, risks: Risks) -> dict[str, Any]:
    """What the stack's answers change of the learner's."""
    first, second = risks[LEARNER], risks[STACK]
    return {"moved": judge.count_changes(first, second), "decisions": judge.compare_decisions(first, second)}


def describe_load(cells: Cells, drawn: Mapping[str, Floats], rates: Sequence[float]) -> dict[str, Any]:
    """By rate: waits by way; two stages against each form of the exhibit, and against the first answer alone."""
    against: dict[str, list[dict[str, Any]]] = {}
    for rate in rates:
        own = cells[STAGED, rate]
        rivals = {way: compare(own, cells[way, rate], drawn) for way in (SINGLY, TOGETHER)}
        rivals["first answer only"] = compare(own, own, drawn, lose_first_only)
        against[f"{rate:g}"] = [
            {"rival": name, "turn": find_turn(rows), "patience": rows} for name, rows in rivals.items()
        ]
    waits = [{"way": way, "rate": rate} | describe_cells(each) for (way, rate), each in cells.items()]
    return {"waits": waits, "against": against, "cpu": measure_cpu_ratio(cells, min(rates))}


def describe(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    gain, costs = found["sizes"][-1]["to_learner"], found["costs"]
    turns = {
        rate: {row["rival"]: row["turn"] for row in rows if row["rival"] in (SINGLY, TOGETHER)}
        for rate, rows in found["against"].items()
    }
    until = "; ".join(
        f"{rate} a second: " + ", ".join(f"{name} {_tell_turn(at)}" for name, at in of.items())
        for rate, of in turns.items()
    )
    flips = next(row for row in found["changes"]["decisions"] if row["price"] == 3)
    return (
        f"the stack takes {costs[STACK]['p99']:.0f} ms (p99), the learner compiled "
        f"{costs[f'{LEARNER}, compiled']['p99']:.2f} ms, and differs by {gain['value']:+.4f} nats ({gain['word']}); "
        f"two stages are better than the stack in the request until a patience of ({until}); "
        f"second answers flip {flips['flips']['value']:.1%} of decisions ({flips['cost']['word']}); "
        f"{found['killed']['lost']} of {found['killed']['answers']} lost over a kill"
    )


def _tell_turn(at: float | None) -> str:
    return f"over {PATIENCES[-1]:g} s" if at is None else f"{at:g} s"
