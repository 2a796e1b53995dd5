"""Preparation and model of two releases: what is lost without a word, and who would notice.

Rows are those of later weeks as the model's own preparation makes them; then as another one would.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from onnxruntime import InferenceSession

from lab.patterns.parted_models import LARGE, NUMBERS, Fitted, Floats, encode, leave_out_encoding, number
from measure.data.comparison import judge_difference
from measure.data.days import Days, Estimate, estimate
from measure.data.scores import log_losses
from parts.model_export.onnx_export import export_model
from parts.several_models.predictors import PREDICTION, ROW
from parts.several_models.preparation import Preparation
from problem.contract import CATEGORIES
from problem.facts import Facts, load_facts
from problem.questions import NEW_YORK

MARGIN = 0.005
"""Nats, as in PREDICTIONS.md."""
WINTER = ("2013-01-07", "2013-02-25")
"""The first seven weeks of the year: what the older preparation has seen."""
KILOMETRES = 1.609344
NAMES = (*CATEGORIES, *NUMBERS)
Change = Callable[[Floats], Floats]


def list_changes(fitted: Fitted, before: Preparation) -> dict[str, Change]:
    """By name, from the rows that the model wants to those that it gets; ``before``: an older preparation."""
    older = encode(fitted.later, before)
    order = [NAMES.index(name) for name in sorted(NAMES)]
    hour = fitted.later["asked_at"] + pd.to_timedelta(fitted.later["minutes_to_departure"], unit="min")
    return {
        "codes from names of winter": lambda rows: replace(rows, CATEGORIES, older[:, : len(CATEGORIES)]),
        "in the order of names": lambda rows: rows[:, order],
        "kilometres for miles": lambda rows: replace(
            rows, ["distance"], rows[:, [NAMES.index("distance")]] * KILOMETRES
        ),
        "0 for null": lambda rows: replace(rows, NUMBERS, np.nan_to_num(rows[:, len(CATEGORIES) :])),
        "the hour in UTC": lambda rows: replace(rows, ["local_hour"], hour.dt.hour.to_numpy(float)[:, None]),
        "one feature more": lambda rows: np.column_stack([rows, rows[:, -1]]),
    }


def read_winter(facts: Facts) -> Preparation:
    """The preparation of a model that was fitted on winter: its tables hold the names of flights of then."""
    start, end = (pd.Timestamp(day, tz=NEW_YORK) for day in WINTER)
    flights = facts.flights[(facts.flights["scheduled_at"] >= start) & (facts.flights["scheduled_at"] < end)]
    return Preparation("1", {name: number(sorted(flights[name].unique())) for name in CATEGORIES}, NUMBERS)


def replace(rows: Floats, names: Sequence[str], values: Floats) -> Floats:
    """The rows with other values in these columns."""
    changed = rows.copy()
    changed[:, [NAMES.index(name) for name in names]] = values
    return changed


def open_model(fitted: Fitted, name: str) -> Callable[[Floats], Floats]:
    """The graph as it is served, for many rows."""
    graph = leave_out_encoding(export_model(fitted.pipelines[name])).SerializeToString()
    session = InferenceSession(graph, providers=["CPUExecutionProvider"])
    return lambda rows: np.asarray(session.run([PREDICTION], {ROW: rows})[0])[:, 0]


def try_changes(fitted: Fitted, changes: Mapping[str, Change]) -> list[dict[str, Any]]:
    """A row for each change: nats lost against rows that match, decisions flipped, answers moved, who notices."""
    rows, score = encode(fitted.later, fitted.preparation), open_model(fitted, LARGE)
    late, days = fitted.later["late"].to_numpy(bool), find_days(fitted.later)
    right, usual = score(rows), watch_ranges(fitted, rows)
    found: list[dict[str, Any]] = []
    for name, change in changes.items():
        changed = change(rows)
        try:
            risk = score(changed)
        except Exception as error:  # ONNX Runtime's own kinds
            found.append({"change": name, "refused": type(error).__name__})
            continue
        lost = estimate(days.means(log_losses(late, risk) - log_losses(late, right)))
        outside = watch_ranges(fitted, changed)
        found.append(
            {"change": name, "refused": "", "ranges": bool(outside.mean() > usual.max())}
            | {"outside": float(outside.mean()), "usual": float(usual.max())}
            | {
                "flips": float(((risk >= 0.5) != (right >= 0.5)).mean()),
                "moved": float((abs(risk - right) > 0.05).mean()),
            }
            | describe(lost)
        )
    return found


def describe(lost: Estimate) -> dict[str, Any]:
    """A difference in nats with its word; less is better."""
    return {"value": lost.value, "low": lost.low, "high": lost.high, "word": judge_difference(lost, MARGIN).value}


def find_days(rows: pd.DataFrame) -> Days:
    """The days on which the questions were asked."""
    return Days(rows["asked_at"].dt.tz_convert(NEW_YORK).dt.date)


def watch_ranges(fitted: Fitted, rows: Floats) -> Floats:
    """By week, the share of rows with a value that lies outside of what the model was fitted on, or is null where none
    was: the check of ranges, which alarms above the highest share of any week with rows that match."""
    known = encode(fitted.known, fitted.preparation)
    low, high, nulls = np.nanmin(known, axis=0), np.nanmax(known, axis=0), np.isnan(known).any(axis=0)
    outside = ((rows < low) | (rows > high) | (np.isnan(rows) & ~nulls)).any(axis=1)
    return pd.Series(outside).groupby(fitted.later["week"]).mean().to_numpy(float)


def measure_versions(fitted: Fitted) -> dict[str, Any]:
    """What mismatched versions lose, and which names there are."""
    facts = load_facts()
    winter, own = read_winter(facts), fitted.preparation
    names = {
        name: {
            "then": len(winter.codes[name]),
            "now": len(own.codes[name]),
            "new": len({*own.codes[name]} - {*winter.codes[name]}),
        }
        for name in CATEGORIES
    }
    changes = try_changes(fitted, list_changes(fitted, winter))
    return {"changes": changes, "names": names, "judged": len(fitted.later)}
