"""On the device: the same answers in a browser, in a runtime and from a service, and what a device does not know."""

from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.cache_verdicts import find_turn
from lab.patterns.device_parity import ask_devices, count_other_sums, try_converter
from lab.patterns.device_place import open_place
from lab.patterns.device_times import EDGE, PORTABLE, TRIP, measure_starts, measure_times, open_all, weigh_devices
from lab.patterns.device_vectors import AGES, NOTHING, make_asked, make_learnt, tell_risks
from measure.data.baselines import fit_rates
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, estimate
from measure.data.rounds import judge_rounds
from measure.data.scores import log_losses
from problem.contract import FEATURES
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import NEW_YORK

ALONE = True
DATA = (
    "lab/patterns/device_locks/package-lock.json",
    "lab/patterns/device_locks/skl2onnx.lock",
    "reference/serving/edge/page",
)
SAMPLE = 1_000
"""Vectors on which a graph is held against its original before it is published."""
MARGIN, MARGIN_OF_TIME = 0.005, 1.25
"""Nats a flight; a ratio, in every round: as in PREDICTIONS.md."""
FRESH = next(iter(AGES))


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Parity, times and megabytes of the three ways, what the usual converter does, and nats lost by age."""
    facts = load_facts()
    learnt, asked = make_learnt(facts), make_asked(facts)
    fresh = asked[FRESH]
    model = new_learner("late").fit(learnt[list(FEATURES)], learnt["late"])
    doors = {name: import_module(f"{side.__name__}.device") for name, side in sides.items()}
    homes = {name: folder / name for name in doors}
    for name, door in doors.items():
        door.publish(model, learnt[list(FEATURES)].tail(SAMPLE), homes[name])
    with open_place() as place, ExitStack() as stack:
        devices = open_all(doors, homes, place, stack)
        parity = ask_devices({name: devices[name] for name in (PORTABLE, EDGE)}, fresh, model)
        graphs = {name: doors[name] for name in (PORTABLE, EDGE)}
        other_sums = count_other_sums(graphs, homes, place, fresh, folder / "sums")
        times = measure_times(devices, fresh)
        starts = measure_starts(place, homes, fresh)
    ages = judge_ages(learnt, asked)
    found = {
        "parity": parity,
        "other_sums": other_sums,
        "converter": try_converter(learnt, fresh, folder / "converter"),
        "times": times,
        "words": {name: judge_rounds(divide(times[name], times[TRIP]), MARGIN_OF_TIME) for name in (EDGE, PORTABLE)},
        "starts": starts,
        "megabytes": weigh_devices(homes),
        "ages": ages,
        "turn": find_turn(ages[:-1], "place", Word.WORSE),
    }
    return {"headline": tell(found), **found}


def divide(own: list[float], rival: list[float]) -> list[float]:
    """Round by round."""
    return [float(ratio) for ratio in np.array(own) / np.array(rival)]


def judge_ages(learnt: pd.DataFrame, asked: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """By age of what the device knows, nats a flight more than fresh vectors cost, and the word; last, a constant."""
    fresh = asked[FRESH]
    late = fresh["late"].to_numpy(bool)
    risks = tell_risks(learnt, dict(asked))
    risks["constant"] = np.full(len(late), fit_rates(learnt[["origin"]], learnt["late"]).overall)
    days = Days(fresh["asked_at"].dt.tz_convert(NEW_YORK).dt.date)
    right = log_losses(late, risks[FRESH])
    rows = []
    for place, (age, risk) in enumerate(risks.items()):
        lost = estimate(days.means(log_losses(late, risk) - right))
        rows.append({"age": age, "place": place, "word": judge_difference(lost, MARGIN).value} | vars(lost))
    return rows


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    edge, portable = (next(row for row in found["parity"] if row["side"] == side) for side in (EDGE, PORTABLE))
    trip, page = (float(np.median(found["times"][side])) for side in (TRIP, EDGE))
    by_age = {row["age"]: row for row in found["ages"]}
    turn = "at no age" if found["turn"] is None else f"from {found['ages'][found['turn']]['age']} on"
    off = {row["way"]: row["off"] for row in found["converter"]}
    largest = max(edge["largest"], portable["largest"])
    return (
        f"browser and ONNX Runtime differ from scikit-learn by at most {largest:.0e} on {edge['rows']:,} rows, "
        f"{edge['flips']} and {portable['flips']} decisions flip; the usual converter is off on "
        f"{off['categories']:.0%} of rows once categories are told to the trees; an answer takes {page:.2f} ms in the "
        f"browser, {trip:.1f} ms there and back; without a history the device loses "
        f"{by_age[NOTHING]['value']:.3f} nats, with an old one it is worse {turn}"
    )
