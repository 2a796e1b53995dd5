"""Fifteen checks, each for one of the rubric's tests. Their limits stand at their head and were set beforehand."""

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss

from problem.contract import CATEGORIES, FEATURES
from problem.good_enough import Candidate, Check

RANGES = {
    "temp": (-20, 115),
    "wind_speed": (0, 100),
    "precip": (0, 10),
    "visib": (0, 10),
    "pressure": (950, 1070),
    "distance": (10, 5000),
    "local_hour": (0, 23),
    "weekday": (0, 6),
    "minutes_to_departure": (0, 2880),
    "route_late_rate_28d": (0, 1),
    "origin_departures_2h": (0, 300),
    "aircraft_seats": (1, 900),
}
"""What each feature may be, in the units of ``problem.facts``; null is allowed, for weather can be missing."""
SAME = 1e-9
MARGIN = 0.01
"""Nats: what a difference of losses has to be to count."""
ROWS = 60
"""Fewer answers than these tell nothing of a part of the data."""
SHIFT = 0.25
"""How far the middle value may lie from 0.5 among what was learned from; and the share of nulls from theirs."""
OLDEST = pd.Timedelta(days=60)


def schema(candidate: Candidate) -> str:
    """Values outside ``RANGES``, learned from or served."""
    for side, table in {"learned": candidate.learned, "served": candidate.answers}.items():
        for name, (lowest, highest) in RANGES.items():
            outside = int((~table[name].dropna().astype(float).between(lowest, highest)).sum())
            if outside:
                return f"{name}: {outside} values {side} outside {lowest} to {highest}"
    return ""


def oracle(candidate: Candidate) -> str:
    """Features that another implementation makes otherwise."""
    return _name_differing(candidate.answers, candidate.right)


def offline_online(candidate: Candidate) -> str:
    """The same model and the same questions: its loss on training's features and on those served."""
    offline = log_loss(candidate.late, candidate.said_as_trained)
    online = log_loss(candidate.late, candidate.answers["prediction"])
    return f"{offline:.3f} offline, {online:.3f} in service" if abs(offline - online) > MARGIN else ""


def simpler(candidate: Candidate) -> str:
    """A table of rates by origin and hour."""
    rates = candidate.learned.groupby(["origin", "local_hour"])["label"].mean()
    asked = pd.MultiIndex.from_frame(candidate.answers[["origin", "local_hour"]])
    table = pd.Series(rates.reindex(asked).fillna(candidate.learned["label"].mean()).to_numpy()).clip(0.01, 0.99)
    ours, simple = (log_loss(candidate.late, said) for said in (candidate.answers["prediction"], table))
    return f"{ours:.3f}, and {simple:.3f} by a table" if ours > simple else ""


def slices(candidate: Candidate) -> str:
    """Each origin: the model against a constant, the rate of all that was learned from."""
    for origin, rows in candidate.answers.reset_index(drop=True).groupby("origin"):
        late = candidate.late.to_numpy()[rows.index]
        rate = candidate.learned["label"].mean()
        constant = log_loss(late, np.full(len(rows), rate))
        if len(rows) >= ROWS and (ours := log_loss(late, rows["prediction"])) > constant + MARGIN:
            return f"{origin}: {ours:.3f}, and {constant:.3f} by a constant"
    return ""


def reproducible(candidate: Candidate) -> str:
    """Two trainings on the same questions."""
    moved = int(((candidate.fitted - candidate.again).abs() > SAME).sum())
    return f"{moved} of {len(candidate.fitted)} rows are answered otherwise by a second training" if moved else ""


def learns(candidate: Candidate) -> str:
    """The rows that it has seen, against a constant: half as much again as a margin is the least."""
    seen, rate = log_loss(candidate.learned["label"], candidate.fitted), candidate.learned["label"].mean()
    constant = log_loss(candidate.learned["label"], np.full(len(candidate.fitted), rate))
    return f"{seen:.3f} on rows it has seen, {constant:.3f} by a constant" if seen > constant - 1.5 * MARGIN else ""


def whole_way(candidate: Candidate) -> str:
    """From raw data to answers: one for each question."""
    missing = int(candidate.answers["prediction"].isna().sum()) + len(candidate.late) - len(candidate.answers)
    return f"{missing} questions without an answer" if missing else ""


def remade(candidate: Candidate) -> str:
    """The vectors in the log, asked again."""
    moved = int(((candidate.answers["prediction"] - candidate.repeated).abs() > SAME).sum())
    return f"{moved} of {len(candidate.answers)} answers cannot be made again" if moved else ""


def versions(candidate: Candidate) -> str:
    """What the libraries say while the model is loaded."""
    return candidate.words[0] if candidate.words else ""


def inputs(candidate: Candidate) -> str:
    """Each number's middle value and share of nulls, against what was learned from."""
    for name in (name for name in FEATURES if name not in CATEGORIES):
        seen, served = candidate.learned[name].astype(float), candidate.answers[name].astype(float)
        if abs(seen.isna().mean() - served.isna().mean()) > SHIFT:
            return f"{name}: {served.isna().mean():.0%} null, {seen.isna().mean():.0%} in training"
        middle, known = served.median(), seen.dropna()
        if served.notna().any() and not (known < middle).mean() - SHIFT <= 0.5 <= (known <= middle).mean() + SHIFT:
            return f"{name}: half of it below {middle:.4g}, {(known <= middle).mean():.0%} in training"
    return ""


def skew(candidate: Candidate) -> str:
    """The features that training sees for the same questions."""
    return _name_differing(candidate.answers, candidate.as_trained)


def age(candidate: Candidate) -> str:
    """The log's version has to say since when the model knows the world."""
    version = str(candidate.answers["model_version"].iloc[0])
    fitted = pd.to_datetime(version.rpartition("@")[2], utc=True, errors="coerce")
    if pd.isna(fitted):
        return f"{version} does not say how old it is"
    return (
        f"{version} is {(candidate.looked_at - fitted).days} days old" if candidate.looked_at - fitted > OLDEST else ""
    )


def numbers(candidate: Candidate) -> str:
    """Probabilities, all of them."""
    wrong = int((~candidate.answers["prediction"].between(0, 1)).sum())
    return f"{wrong} of {len(candidate.answers)} predictions are no probability" if wrong else ""


def served(candidate: Candidate) -> str:
    """What was answered, against the rate of late flights in what was learned from."""
    ours = log_loss(candidate.late, candidate.answers["prediction"])
    constant = log_loss(candidate.late, np.full(len(candidate.late), candidate.learned["label"].mean()))
    return f"{ours:.3f}, and {constant:.3f} by a constant" if ours > constant - MARGIN else ""


def _name_differing(table: pd.DataFrame, other: pd.DataFrame) -> str:
    """The first feature that differs for the flights of ``other``."""
    table, other = table.set_index("flight_id").loc[other["flight_id"]], other.set_index("flight_id")
    for name in FEATURES:
        left, right = table[name], other[name]
        same = (
            left == right if name in CATEGORIES else np.isclose(left.astype(float), right.astype(float), equal_nan=True)
        )
        if differing := int((~np.asarray(same)).sum()):
            return f"{name} differs in {differing} of {len(table)} rows"
    return ""


_ALL: tuple[Check, ...] = (
    *(schema, oracle, offline_online, simpler, slices, reproducible, learns, whole_way, remade),
    *(versions, inputs, skew, age, numbers, served),
)
CHECKS = {check.__name__: check for check in _ALL}
