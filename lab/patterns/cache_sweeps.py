"""The dials of a cache, turned one after the other over the same questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from lab.patterns.asked_flights import DAY, REFRESHES, USUAL, Asked, Change, Floats, fit, fit_wrong
from lab.patterns.cache_replay import Make, Places, Rerun, replay
from lab.patterns.cache_verdicts import Fresh, compare_risks, judge, take_back
from reference.serving.prediction_cache import by_features
from reference.serving.prediction_cache.buckets import Buckets, cut

EXPIRIES = (1, 5, 15, 60)
WIDTHS = (1, 5, 15, 60)
"""Minutes."""
COUNTS = (256, 64, 16, 8, 4, 2)
"""Buckets a feature."""
WEATHER = ("temp", "wind_speed", "precip", "visib", "pressure")
SHARES = (1.0, 0.3, 0.1, 0.03)
Row = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Questions, the extracts on which the champions were fitted, and the champions."""

    asked: Asked
    extracts: list[pd.DataFrame]
    champions: list[Pipeline]

    def run(self, make: Make, refresh: int = USUAL) -> tuple[Places, Row]:
        """Who was served whose answer, and the judgement on it: against no cache with the same refreshes, and, as
        ``against_usual``, with the usual ones."""
        behind = Rerun(self.asked, refresh)
        served = replay(behind, make)
        fresh = Fresh(self.risks[refresh], np.array(behind.refreshed))
        beside = compare_risks(self.asked, fresh.risk[served], self.risks[USUAL])
        return served, judge(self.asked, served, fresh) | {"against_usual": beside}

    @cached_property
    def risks(self) -> dict[int, Floats]:
        """By minutes between refreshes, what is answered without a cache."""
        return {each: self.asked.score(self.champions, each) for each in REFRESHES}

    def sweep_refreshes(self) -> list[Row]:
        """No cache, older features: nats lost against the freshest."""
        freshest = self.risks[min(REFRESHES)]
        return [{"refresh": each} | compare_risks(self.asked, risk, freshest) for each, risk in self.risks.items()]

    def sweep_expiry(self, make: Callable[..., Any]) -> list[Row]:
        """The key of flight and hour, kept for so many minutes; and what happens after a wrong champion."""
        wrong = self.asked.score([fit_wrong(rows) for rows in self.extracts], USUAL)
        rows = []
        for minutes in EXPIRIES:
            served, found = self.run(partial(make, expiry=minutes * 60))
            rows.append({"expiry": minutes} | found | take_back(self.asked, served, wrong, self.risks[USUAL]))
        return rows

    def sweep_width(self, make: Callable[..., Any]) -> list[Row]:
        """The key of version, refresh, flight and bucket of minutes, by minutes between refreshes and width."""
        return [
            {"refresh": refresh, "width": width} | self.run(partial(make, width=width * 60), refresh)[1]
            for refresh in REFRESHES
            for width in WIDTHS
            if width <= refresh
        ]

    def sweep_version_only(self, make: Callable[..., Any]) -> list[Row]:
        """The same key without the refresh, by width."""
        return [{"width": width} | self.run(partial(make, width=width * 60, by_refresh=False))[1] for width in WIDTHS]

    def sweep_buckets(self, counts: Sequence[int] = COUNTS) -> list[Row]:
        """The key of bucketed features: models as they are, and such as were fitted on the same buckets."""
        rows = []
        behind = Rerun(self.asked, USUAL)
        fresh = Fresh(self.risks[USUAL], np.array(behind.refreshed))
        for count in counts:
            buckets = cut(self.extracts[0], count)
            served = replay(behind, partial(by_features.Answerer, buckets=buckets))
            designed = [fit(buckets.round_table(extract)) for extract in self.extracts]
            for kind, models in (("as it is", self.champions), ("designed", designed)):
                risk = self._score_rounded(models, buckets)
                rows.append({"model": kind, "buckets": count} | judge(self.asked, served, fresh, risk))
        return rows

    def round_weather(self, more: list[Pipeline], count: int) -> dict[str, Row]:
        """Nats lost by rounding before models are asked, all numbers or the weather only, and by champions that were
        fitted on ``more`` flights; each against the same champions with features as they are."""
        buckets = cut(self.extracts[0], count)
        ways: dict[str, tuple[list[Pipeline], Change]] = {
            "all": (self.champions, buckets.round_table),
            "weather": (self.champions, partial(buckets.round_table, names=WEATHER)),
            "all, more flights": (more, buckets.round_table),
        }
        found = {}
        for name, (models, change) in ways.items():
            risk = self.asked.score(models, USUAL, change)
            found[name] = compare_risks(self.asked, risk, self.asked.score(models, USUAL))
        return found

    def _score_rounded(self, models: list[Pipeline], buckets: Buckets) -> Floats:
        return self.asked.score(models, USUAL, buckets.round_table)

    def sweep_crowd(self, make: Make) -> list[Row]:
        """Hit rate of a way to answer, if only a share of the questions is asked."""
        behind, rows = Rerun(self.asked, USUAL), []
        for share in SHARES:
            places = np.flatnonzero(np.random.default_rng(0).random(len(self.asked.late)) < share).tolist()
            served = replay(behind, make, places)
            rows.append({"share": share, "questions": len(places), "hits": float(np.mean(served != places))})
        return rows

    def count_unread(self) -> list[Row]:
        """Warming all flights that may be asked about before the next refresh: the share that nobody reads."""
        asked = self.asked.questions
        flights = asked.drop_duplicates("flight_id")
        rows = []
        for refresh in REFRESHES:
            read = asked.assign(at=asked["asked_at"].dt.floor(f"{refresh}min"))[["flight_id", "at"]].drop_duplicates()
            warmed = len(flights) * (DAY / pd.Timedelta(minutes=refresh) + 1)
            rows.append({"refresh": refresh, "unread": 1 - len(read) / warmed})
        return rows
