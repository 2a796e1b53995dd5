"""Times of a caller who asks one question after the other, by turns of several sites, and what they come to."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.patterns.parted_site import RunningSite
from lab.patterns.planted_models import COMPUTES, LOCKS, MILES, SLEEPS
from measure.data.comparison import Word
from measure.data.rounds import judge_rounds

MARGIN = 1.25
"""A ratio of times, in every round, as in PREDICTIONS.md."""
PLAIN = "ONNX"
KINDS = (SLEEPS, COMPUTES, LOCKS, PLAIN)
COUNTS = (1, 2, 4, 8)
ROUNDS = 3
Body = Mapping[str, Any]
Cells = Mapping[Any, Mapping[str, Sequence[float]]]
"""By setting, by way, a figure a round."""


def time_questions(site: RunningSite, bodies: Sequence[Body]) -> float:
    """Milliseconds that a caller waits for an answer, asking one after the other: the median."""
    caller, taken = site.open_caller(), []
    for body in (bodies[0], *bodies):  # the first opens connections
        began = time.perf_counter()
        caller.ask(body)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken[1:]) * 1000)


def time_by_turns(
    sites: Mapping[str, RunningSite], settings: Mapping[Any, Sequence[Body]], rounds: int = ROUNDS
) -> Cells:
    """Milliseconds of a question by setting (its questions) and site, a figure a round."""
    taken: dict[Any, dict[str, list[float]]] = {setting: {name: [] for name in sites} for setting in settings}
    for turn in range(rounds):
        for setting, bodies in settings.items():
            for name in [*sites][:: 1 if turn % 2 == 0 else -1]:
                taken[setting][name].append(time_questions(sites[name], bodies))
    return taken


def compare_ways(cells: Cells, rival: str) -> list[dict[str, Any]]:
    """A row for each setting and way but the rival: its figure over the rival's by rounds, and the word."""
    rows = []
    for setting, taken in cells.items():
        for way in taken:
            if way != rival:
                ratios = np.array(taken[way]) / np.array(taken[rival])
                rows.append({"setting": setting, "way": way} | describe(ratios) | _tell(taken[way], taken[rival]))
    return rows


def _tell(own: Sequence[float], rival: Sequence[float]) -> dict[str, float]:
    return {"own": float(np.median(own)), "rival": float(np.median(rival))}


def describe(ratios: Any) -> dict[str, Any]:
    """The median of the rounds with the least and the most, and the word; less is better."""
    told = {"value": float(np.median(ratios)), "low": float(min(ratios)), "high": float(max(ratios))}
    return {"word": judge_rounds(ratios, MARGIN).value} | told


def find_turn(rows: Sequence[Mapping[str, Any]], way: str) -> Any:
    """The setting from which on, in the order of the rows, a way is always better than its rival; None for none."""
    turn = None
    for row in rows:
        if row["way"] == way:
            turn = None if row["word"] != Word.BETTER else row["setting"] if turn is None else turn
    return turn


def write_kinds(question: Body, names: Sequence[str], asked: int) -> dict[str, list[Body]]:
    """By kind of cost and number of models, questions for them; ``names``: of as many as the largest number."""
    settings: dict[str, list[Body]] = {}
    for kind in KINDS:
        costly = {} if kind == PLAIN else {"distance": MILES[kind]}
        for count in COUNTS:
            if count <= len(names):
                settings[f"{kind}: {count}"] = [{**question, **costly, "models": list(names[:count])}] * asked
    return settings
