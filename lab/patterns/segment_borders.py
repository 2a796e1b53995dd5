"""What several models bring along: jumps at borders, questions that take the wrong way, and upkeep."""

import pickle
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.segment_losses import Row, tell
from lab.patterns.segment_rows import Floats, Season, misroute
from parts.sized_learner.sized_learner import ask, fit
from problem.segments import Models

DECIDES = 1 / 3
"""The risk from which on something is done for a flight: see lesson 35."""
BY_HOUR, BY_CARRIER = "local_hour", "carrier"
EVERY = 5
"""One judged flight in so many is enough to see how far answers move."""
WRONG = (0.0, 0.05, 0.2)
"""Shares of questions whose segment is wrong: the dial."""


def measure_jumps(season: Season, several: Any, one: Models) -> list[Row]:
    """A row a side: how far an answer moves if a flight is moved by an hour into the next segment; ``decided``: the
    share of flights for which something else is done then."""
    some = season.judged.iloc[::EVERY]
    rows = some[some[BY_HOUR].isin(several.own) & (some[BY_HOUR] + 1).isin(several.own)]
    later = rows.assign(**{BY_HOUR: rows[BY_HOUR] + 1})
    found = []
    for side, models in (("own", several), ("global", one)):
        found.append({"side": side} | tell_jump(models.predict(rows), models.predict(later)))
    return found


def tell_jump(before: Floats, after: Floats) -> Row:
    """How far answers lie apart, and for how many of them something else is decided."""
    moved = np.abs(after - before)
    told = {"mean": float(moved.mean()), "p95": float(np.quantile(moved, 0.95))}
    return told | {"decided": float(((before > DECIDES) != (after > DECIDES)).mean()), "rows": len(moved)}


def measure_halves(season: Season, several: Any) -> Row:
    """How far the answers of two models lie apart, each of a half of the same hour's rows and of its size: what chance
    in fitting makes of a jump at the most, as each has half the rows."""
    some, random = season.judged.iloc[::EVERY], np.random.default_rng(0)
    before, after = (np.full(len(some), np.nan) for _ in range(2))
    for value, size in several.sizes.items():
        rows, asked = season.known[season.known[BY_HOUR] == value], (some[BY_HOUR] == value).to_numpy()
        half = random.random(len(rows)) < 1 / 2
        for answers, of in ((before, half), (after, ~half)):
            answers[asked] = ask(fit(rows[of], size), some[asked])
    known = ~np.isnan(before)
    return {"side": "two halves of one hour"} | tell_jump(before[known], after[known])


def measure_misrouting(season: Season, several: Any, one: Models, shares: Sequence[float] = WRONG) -> list[Row]:
    """A row a share and side: what wrong carriers cost over none wrong, nats an answer."""
    found = []
    for side, models in (("own", several), ("global", one)):
        right = season.lose(models.predict(season.judged))
        for share in shares[1:]:
            wrong = season.lose(models.predict(misroute(season.judged, BY_CARRIER, share)))
            found.append({"side": side, "share": share} | tell(wrong - right, season.judged["day"]))
    return found


def fit_timed(side: Any, rows: pd.DataFrame, by: str, *more: Any, **told: Any) -> tuple[Any, Row]:
    """A side's models, and their upkeep: seconds to fit them, bytes, how many there are."""
    began = time.perf_counter()
    models = side.Models(rows, by, *more, **told)
    seconds = time.perf_counter() - began
    return models, {"by": by, "seconds": seconds, "bytes": len(pickle.dumps(models)), "models": models.count}


def count_too_few(known: pd.DataFrame, by: str, least: int) -> Row:
    """How many segments there are, and how many have too few rows for a model."""
    counts = known[by].value_counts()
    return {"segments": len(counts), "too_few": int((counts < least).sum())}
