"""And then there were none: who sees a changed unit, what it costs until then, what a new owner can ask."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

from lab.patterns.owned_checks import AtTheDoor, AtTheEnd, open_intakes, thin
from lab.patterns.owned_costs import NATS
from lab.patterns.owned_deliveries import FACTORS, Change, list_changes, load_source, make_deliveries
from lab.patterns.owned_features import LINEAR, TREES, fit_models
from lab.patterns.owned_replays import ALONE, BOTH, VALUES, Player
from lab.patterns.owned_tolerances import judge_tolerances
from lab.patterns.owned_turns import find_turns, list_unseen
from lab.patterns.owned_verdicts import (
    compare_quantities,
    compare_sides,
    count_false,
    judge_checks,
    judge_costs,
    list_differences,
)
from lab.patterns.owner_home import install
from lab.patterns.owner_nights import try_breakages
from lab.patterns.owner_questions import ask_all
from lab.patterns.watched_replays import FLIGHTS_A_DAY
from lab.patterns.watched_year import LAUNCH, make_year
from measure.data.comparison import Word
from problem.facts import load_facts
from problem.owned import CROSS, PLACES

DATA = (
    "antipatterns/operation/nobody_knows/README.md",
    "reference/operation/owned_system/RUNBOOK.md",
    "reference/operation/owned_system/contract.toml",
)
EXHIBIT, OWNED = "nobody_knows", "owned_system"
REQUESTS = 300
"""A day that are watched."""
LAST = pd.Timestamp("2013-12-31")


class Plan(NamedTuple):
    """``every``: of the requests, one in so many is there at all; ``changes`` and ``starts``: those that are replayed,
    all for none."""

    every: int = 3
    changes: Sequence[Change] = tuple(list_changes(FACTORS))
    starts: Sequence[pd.Timestamp] = ()
    questions: bool = True


FULL = Plan()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """By check what it sees, by model what a change costs, by side what is lost and what can be asked."""
    with ThreadPoolExecutor(1) as pool:  # what owners ask runs in processes of its own
        asked = pool.submit(ask_owners, folder, sides) if plan.questions else None
        found = replay(sides, plan) | (asked.result() if asked else {"questions": {}, "broken": {}})
    return {"headline": tell(found), **found}


def replay(sides: Mapping[str, ModuleType], plan: Plan) -> dict[str, Any]:
    """Sources that change a unit: what is seen, what it costs, what is lost."""
    facts, source = load_facts(), load_source()
    served = fit_models(facts, make_year(facts, plan.every))
    deliveries = make_deliveries(source, LAUNCH, LAST)
    places = source.airports[[*PLACES]]
    intakes = open_intakes(sides, places)
    share = REQUESTS / FLIGHTS_A_DAY * plan.every
    ends = {model: AtTheEnd(thin(served, model, share), model, model == TREES) for model in (TREES, LINEAR)}
    replays = [*Player(served, deliveries, intakes, ends, OWNED).play(plan.changes, plan.starts)]
    checks, costs = judge_checks(replays), judge_costs(replays)
    return {
        "checks": checks,
        "costs": costs,
        "turns": find_turns(checks, costs),
        "unseen": list_unseen(checks, costs),
        "compared": compare_sides(replays, OWNED, EXHIBIT),
        "by_quantity": list_differences(compare_quantities(replays, OWNED, EXHIBIT)),
        "false": count_false(AtTheDoor(intakes[OWNED], deliveries), ends),
        "tolerances": judge_tolerances(deliveries, places, plan.starts),
    }


def ask_owners(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Twelve questions of a new owner, by side; and who notices what is broken behind them."""
    tested = {name: _has_runner(side) for name, side in sides.items()}

    def ask_owner(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        asked = [*ask_all(install(sides[name], folder / "asked" / name))]
        return asked, try_breakages(sides[name], folder / "broken" / name, tested[name])

    with ThreadPoolExecutor(len(sides)) as pool:  # they wait more than they work
        asked, broken = zip(*pool.map(ask_owner, sides), strict=True)
    return {
        "questions": dict(zip(sides, asked, strict=True)),
        "tested": tested,
        "broken": dict(zip(sides, broken, strict=True)),
    }


def _has_runner(side: ModuleType) -> bool:
    """Whether a side runs its page itself."""
    try:
        return bool(import_module(f"{side.__name__}.run_runbook"))
    except ModuleNotFoundError:
        return False


def list_factors(compared: Sequence[Mapping[str, Any]], arm: str, model: str, word: Word) -> list[float]:
    """The factors at which the owned system has this word, by the nats that were lost."""
    wanted = (arm, model, NATS, word.value)
    return [row["factor"] for row in compared if (row["arm"], row["model"], row["figure"], row["word"]) == wanted]


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    crossed = [f"{row['column']} from {row[CROSS]}" for row in found["turns"] if row[CROSS]]
    small = [[row[model] for model in (TREES, LINEAR)] for row in found["unseen"]]
    served = sum(any(of["word"] == Word.WORSE for of in row) for row in small)
    right = sum(any(of["level"]["word"] == Word.WORSE for of in row) for row in small)
    less, same, more = (
        ", ".join(f"{model} {_list(list_factors(found['compared'], arm, model, word))}" for model in (TREES, LINEAR))
        for arm, word in ((BOTH, Word.BETTER), (VALUES, Word.BETTER), (ALONE, Word.WORSE))
    )
    answered = [str(sum(row["answered"] for row in rows)) for rows in found["questions"].values()]
    return (
        f"undeclared, a cross-check sees {', '.join(crossed) or 'nothing'}; no check of the sides sees "
        f"{len(small)} small factors; cost the margin: {served} as served, {right} with the level right; the owned "
        f"system loses less by it at factors: declared {less}, undeclared {same}; more where a declaration changes "
        f"alone: {more}; questions of a new owner answered: {' and '.join(answered) or 'none'} of 12"
    )


def _list(factors: Sequence[float]) -> str:
    return ", ".join(f"{factor:g}" for factor in factors) or "none"
