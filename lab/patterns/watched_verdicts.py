"""Days with a false alarm, faults found beyond chance, and where one rule finds more than another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.watched_alarms import Alarms, Floats, Who
from lab.patterns.watched_faults import Fault
from lab.patterns.watched_replays import LATEST, LAUNCH, NONE, Setting
from measure.data.comparison import judge_difference
from measure.data.days import Days, estimate

FOUND, RINGS, NATS = 0.1, 1.0, 0.005
"""Margins: of the share found, of days in 30 with an alarm, of log loss. As in PREDICTIONS.md."""
MISSED, FALSE = "missed", "false alarms"


def judge_rules(alarms: Alarms, whos: Sequence[Who], setting: Setting, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """A row a rule: days in 30 with a false alarm; faults found beyond chance, which is how often it
    ``rang`` less how often it would have ``anyway``; days until then."""
    return [
        {
            "who": who.name,
            "family": who.family,
            "false": vars(estimate(alarms.count_false(who, setting))),
            "found": vars(estimate(alarms.find(who, setting, faults))),
            "rang": float(np.mean([alarms.ring(who, setting, fault.name) for fault in faults])),
            "anyway": float(alarms.ring(who, setting, NONE).mean()),
            "days": alarms.count_days(who, setting, faults),
        }
        for who in whos
    ]


def make_matrix(alarms: Alarms, whos: Sequence[Who], setting: Setting, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """A row a fault: by rule, the share of placements that is found beyond chance."""
    return [
        {"fault": fault.name, "kind": fault.kind}
        | {" ".join(filter(None, who)): float(alarms.find(who, setting, [fault])[0]) for who in whos}
        for fault in faults
    ]


def compare(
    alarms: Alarms, own: Who, rivals: Sequence[Who], settings: Sequence[Setting], faults: Sequence[Fault]
) -> list[dict[str, Any]]:
    """A row a setting and rival: what is missed, and false alarms, own minus the rival's; less is better."""
    return [
        setting._asdict() | {"rival": rival.name} | told
        for setting in settings
        for rival in rivals
        for told in _compare(alarms, own, rival, setting, faults)
    ]


def _compare(
    alarms: Alarms, own: Who, rival: Who, setting: Setting, faults: Sequence[Fault]
) -> Iterator[dict[str, Any]]:
    mine, other = (alarms.find(who, setting, faults) for who in (own, rival))
    yield {"figure": MISSED, "own": 1 - float(mine[0]), "rivals": 1 - float(other[0])} | _tell(other - mine, FOUND)
    mine, other = (alarms.count_false(who, setting) for who in (own, rival))
    yield {"figure": FALSE, "own": float(mine[0]), "rivals": float(other[0])} | _tell(mine - other, RINGS)


def compare_limits(alarms: Alarms, whos: Sequence[Who], setting: Setting) -> list[dict[str, Any]]:
    """A row a rule: false alarms with limits of the launch, less those with limits of the latest month for limits."""
    rows = []
    for who in whos:
        kept, latest = (alarms.count_false(who, setting, limits) for limits in (LAUNCH, LATEST))
        told = {"kept": float(kept[0]), "latest": float(latest[0])} | _tell(kept - latest, RINGS)
        rows.append({"who": who.name, "family": who.family} | told)
    return rows


def judge_harm(harm: Mapping[str, Sequence[pd.DataFrame]]) -> list[dict[str, Any]]:
    """A row a fault of data: nats an answer that it costs, over all placements."""
    tables = {fault: pd.concat(of) for fault, of in harm.items()}
    return [{"fault": fault} | _tell(Days(of["day"]).means(of["nats"]), NATS) for fault, of in tables.items()]


def _tell(drawn: Floats, margin: float) -> dict[str, Any]:
    difference = estimate(drawn)
    return {"word": judge_difference(difference, margin).value, **vars(difference)}


def find_turn(rows: Sequence[Mapping[str, Any]], dial: str, word: str) -> float | None:
    """The least value of a dial from which on the word holds at all; None if it does not hold at the highest."""
    words = {row[dial]: row["word"] for row in rows}
    holding = [value for value in words if all(words[other] == word for other in words if other >= value)]
    return min(holding) if holding else None
