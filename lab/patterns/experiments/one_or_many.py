"""One box or many: what one model that goes wrong takes along, and what each cut between processes costs."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.load.saturation import find_ceiling
from lab.patterns.parted_blast import RATE, WINDOWS, summarize_losses, try_fault
from lab.patterns.parted_cascade import try_cascade
from lab.patterns.parted_costs import (
    BESIDES,
    BOX,
    CASCADE,
    PREPARED,
    Question,
    measure_hops,
    measure_many,
)
from lab.patterns.parted_load import RATES
from lab.patterns.parted_models import FAULTY, SOUND, fit_models, write_question
from lab.patterns.parted_site import WATCHFUL, RunningSite, open_site
from lab.patterns.parted_versions import measure_versions
from lab.patterns.planted_models import DIES, HANGS, LEAKS, WAITS

ALONE = True
ROOM = 30.0
"""MB a model that a process may hold more than it does at rest."""
EVERY = 997
"""Of the judged rows, one in so many is a question that is asked."""


class Plan(NamedTuple):
    """``faults``: by side, those that are tried, each in a window (seconds); ``rounds``: how often, by side. ``asked``:
    questions a figure, taken ``turns`` times. ``load``: seconds a rate. ``ceiling``: questions that tell the
    generator's own limit."""

    faults: Mapping[str, Sequence[str]]
    rounds: Mapping[str, int]
    windows: Mapping[str, float] = WINDOWS
    asked: int = 4
    turns: int = 3
    load: float = 0.45
    ceiling: int = 600


FULL = Plan(
    faults={
        BOX: (DIES, HANGS, WAITS, LEAKS),
        PREPARED: (DIES,),
        CASCADE: (DIES, HANGS),
        BESIDES: (DIES, HANGS, WAITS, LEAKS),
    },
    rounds={BOX: 2, PREPARED: 1, CASCADE: 1, BESIDES: 2},
)


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """Losses by fault and side; times, bytes and memory of a cut; versions that do not match; the cascade."""
    fitted = fit_models()
    models = fitted.write(folder / "models")
    questions = [write_question(row, SOUND) for row in fitted.later.iloc[::EVERY].to_dict("records")]
    found = {
        **measure_four(models, sides, questions, plan),
        **measure_many(models, sides, questions[0], plan.asked, plan.turns, plan.load),
        **measure_versions(fitted),
        "cascade": try_cascade(fitted),
        "ceiling": find_ceiling(requests=plan.ceiling).rate / max(RATE, *RATES),
    }
    return {"headline": tell(found), **found}


def measure_four(
    models: Path, sides: Mapping[str, ModuleType], questions: Sequence[Question], plan: Plan
) -> dict[str, Any]:
    """Sites of four models: hops while all is well, and what one that goes wrong takes along."""
    names = [*SOUND, FAULTY]
    with ExitStack() as stack:
        opened = {name: open_site(sides[name], models, names, rules=WATCHFUL) for name in plan.faults}
        sites = {name: stack.enter_context(site) for name, site in opened.items()}
        for site in sites.values():
            site.wait_until_whole(questions[0] | {"models": names})
        hops = measure_hops(sites, questions, plan.turns)
        for site in sites.values():
            site.limit_memory(ROOM)
        losses = try_faults(sites, questions[0], plan)
    return {"blast": summarize_losses(losses), **hops}


def try_faults(sites: Mapping[str, RunningSite], question: Question, plan: Plan) -> list[dict[str, Any]]:
    """A row for each round, fault and side, sides by turns."""
    return [
        {"round": turn, "side": name} | try_fault(sites[name], fault, question, SOUND, seconds)
        for turn in range(max(plan.rounds.values()))
        for fault, seconds in plan.windows.items()
        for name in sites
        if fault in plan.faults[name] and turn < plan.rounds[name]
    ]


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    blast = {(row["fault"], row["side"]): row for row in found["blast"]}
    faults = ", ".join(f"{each} {_say(blast[each, BOX])} and {_say(blast[each, BESIDES])}" for each in WINDOWS)
    hop = next(row for row in found["hops"] if (row["setting"], row["way"]) == ("one model", BESIDES))
    last = found["memory"][-1]
    return (
        f"seconds of all others' answers that one model of four takes along, in one box and side by side: "
        f"{faults}; a process a model takes {hop['value']:.1f} times the ms of a quick question "
        f"and {last['ratio']:.1f} times the memory at {last['models']} models"
    )


def _say(row: Mapping[str, Any]) -> str:
    """How much was lost; of what nobody sees and mends, all from then on."""
    return "all from then on" if row["lost"] and not row["seen"] else f"{row['worth']:.1f}"
