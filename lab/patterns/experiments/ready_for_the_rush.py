"""Ready for the rush? What seven ways to guard a front are worth in a rush, beside a slow model, and afterwards."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.load.saturation import find_ceiling
from lab.patterns.parted_models import LARGE, Fitted, fit_models, write_question
from lab.patterns.rush_arms import open_arms
from lab.patterns.rush_cases import (
    BOTH,
    BREAKER,
    BREAKS,
    CAPACITY,
    EXHIBIT,
    FLAKY,
    INSTEAD_PAIRS,
    NOTHING,
    PAIRS,
    RETRIES,
    RUSH,
    SHEDDING,
    SLOW,
    SPARE,
    TABLED,
    TESTED,
    TIMEOUT,
    USUAL,
    WAIT,
    Case,
    Phases,
    name_arms,
)
from lab.patterns.rush_models import MODEL, choose_rows, judge_answers, publish
from lab.patterns.rush_trials import read_seen, try_out
from lab.patterns.rush_troubles import Site, live_through
from lab.patterns.rush_verdicts import (
    GOOD,
    WORTH,
    Answers,
    add_worth,
    compare,
    compare_instead,
    find_turns,
    sum_up,
)
from lab.patterns.troubled_model import Trouble, write_trouble
from problem.rush import Guards, Trial

ALONE = True
CLOSED = "nothing, closed loop"
CALM, HARD = Case("calm", 1), Case(RUSH, 3)
STILL = Case(SLOW, 10)
CROWDS = (4, 8, 12)
"""Callers in turn: a dial of the trial."""
QUESTIONS = 400
FAILING = (Case(FLAKY, 0.2), Case(FLAKY, 0.5))
TOLD = (RETRIES, SHEDDING, TABLED, BREAKER, BOTH)


class Plan(NamedTuple):
    """``arms``: beside the one without guards. ``main``: troubles with recovery, each for ``phases``; ``dials``: other
    strengths, each for ``short``; seconds of a ``trial``; ``ceiling``: questions that tell the generator's own limit.
    """

    arms: Sequence[str] = (TIMEOUT, RETRIES, SHEDDING, TABLED, BREAKER, BOTH)
    main: Sequence[Case] = (HARD, STILL)
    dials: Sequence[Case] = (Case(RUSH, 1.5), Case(RUSH, 6), Case(SLOW, 2), Case(SLOW, 4), *FAILING)
    phases: Phases = Phases(1, 10, 10)
    short: Phases = Phases(0.5, 4, 0.5)
    rounds: int = 2
    trial: float = 3.0
    ceiling: int = 600


FULL = Plan()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """What callers saw of each arm in each trouble, and what that is worth; what trials said before."""
    return measure_on(fit_models(), folder, sides, plan)


def measure_on(fitted: Fitted, folder: Path, sides: Mapping[str, ModuleType], plan: Plan) -> dict[str, Any]:
    """The same with these models."""
    models, trouble = folder / "models", folder / "trouble"
    publish(fitted, models)
    write_trouble(Trouble(WAIT), trouble)
    questions = [write_question(row, [LARGE]) for row in choose_rows(fitted, QUESTIONS)]
    with open_arms({NOTHING: Guards(), CLOSED: Guards()}, models, trouble) as unguarded:
        site = Site(unguarded, questions, trouble)
        trials, guards = try_all(site, sides, plan.trial)
        with open_arms({name: guards[name] for name in plan.arms}, models, trouble) as guarded:
            rows = live(site._replace(arms={NOTHING: unguarded[NOTHING], **guarded}), plan)
    answers = judge_answers(fitted)
    found = {"answers": answers, "trials": trials, "guards": {name: of._asdict() for name, of in guards.items()}}
    found |= judge(add_worth(rows, answers), answers, plan)
    return {"headline": tell(found), **found}


def try_all(
    site: Site, sides: Mapping[str, ModuleType], seconds: float
) -> tuple[list[dict[str, Any]], dict[str, Guards]]:
    """What trials saw and the bound that follows from each, and by arm the guards that sides then choose. Last, both
    loops while the model is slow."""
    ready: dict[str, Any] = {name: import_module(f"{side.__name__}.readiness") for name, side in sides.items()}
    planned = {name: of.plan_trials(USUAL, HARD.strength * CAPACITY) for name, of in ready.items()}
    site.rest()
    (by_turns,) = planned[EXHIBIT]
    crowds = [Trial(callers=count) for count in sorted({*CROWDS, by_turns.callers})]
    closed, opened = try_both(site, crowds, planned[TESTED], seconds)
    slow = try_out(site, {CLOSED: by_turns._replace(rate=USUAL), NOTHING: Trial(USUAL)}, STILL, seconds)
    seen = {EXHIBIT: [row for row in closed if row["callers"] == by_turns.callers], TESTED: opened, BREAKS: []}
    chosen = {name: of.choose_guards(read_seen(seen[name])) for name, of in ready.items()}
    well = [{**row, "bound": ready[TESTED].choose_guards(read_seen([row])).at_once} for row in (*closed, *opened)]
    return [*well, *slow], name_arms(chosen)


def try_both(
    site: Site, crowds: Sequence[Trial], rates: Sequence[Trial], seconds: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of closed and of open loops while the models are well, one of each kind at a time."""
    times = [
        {name: trial for name, trial in ((CLOSED, crowd), (NOTHING, rate)) if trial}
        for crowd, rate in zip_longest(crowds, rates)
    ]
    rows = [row for trials in times for row in try_out(site, trials, CALM, seconds)]
    return [row for row in rows if row["callers"]], [row for row in rows if not row["callers"]]


def live(site: Site, plan: Plan) -> list[dict[str, Any]]:
    """A row for each round, trouble and arm; the order of troubles turns."""
    site.rest()
    cases = [*((case, plan.phases) for case in plan.main), *((case, plan.short) for case in plan.dials)]
    return [
        {"round": number, **row}
        for number in range(plan.rounds)
        for case, phases in cases[:: 1 if number % 2 == 0 else -1]
        for row in live_through(site, case, phases)
    ]


def judge(rows: Sequence[Mapping[str, Any]], answers: Answers, plan: Plan) -> dict[str, Any]:
    """Figures over rounds, words for pairs, where these turn, and what breakers would be worth with others in the
    table's place. ``ceiling``: the generator's, over what it offered at most."""
    arms = dict.fromkeys(row["arm"] for row in rows)
    pairs = [pair for pair in PAIRS if {*pair} <= {*arms}]
    compared = [row for own, rival in pairs for row in compare(rows, own, rival)]
    most = max(USUAL + case.more for case in (*plan.main, *plan.dials)) * len(arms)
    return {
        "rows": [*rows],
        "summary": sum_up(rows),
        "compared": compared,
        "turns": find_turns(compared),
        "instead": compare_instead(rows, answers, [pair for pair in INSTEAD_PAIRS if {*pair} <= {*arms, SPARE}]),
        "ceiling": find_ceiling(requests=plan.ceiling).rate / most,
    }


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    said = [
        f"good answers by the model (by anybody) {words}: {tell_arms(found['summary'], case)}"
        for case, words in ((HARD, "at three times capacity"), (STILL, "beside a model ten times as slow"))
    ]
    pairs = [row for row in found["turns"] if (row["own"], row["rival"], row["figure"]) == (BOTH, RETRIES, WORTH)]
    turned = ", ".join(f"{row['kind']} {tell_turn(row)}" for row in pairs)
    return "; ".join([*said, f"both worth more than retries, by the margin: {turned}"])


def tell_arms(summary: Sequence[Mapping[str, Any]], case: Case) -> str:
    """Arms in a trouble, in a few words."""
    rows = [row for row in summary if (row["kind"], row["strength"]) == case and row["arm"] in TOLD]
    return ", ".join(f"{row['arm']} {row[MODEL]['value']:.0%} ({row[GOOD]['value']:.0%})" for row in rows)


def tell_turn(row: Mapping[str, Any]) -> str:
    """From which strength of a trouble on a word holds."""
    if row["better"] is not None:
        return f"from {row['better']:g} on"
    return "nowhere" if row["worse"] is None else f"nowhere, and less from {row['worse']:g} on"
