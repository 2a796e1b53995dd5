"""Every setting that a search could try, fitted once, and how it answers every later day.

What a search would have found is then a matter of looking up. The learner sees one flight in fifteen of 25 weeks, so
that 120 fits take a minute; one flight in six of the half year after that judges.
"""

import time
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.patterns.weekly_models import LAST
from measure.data.baselines import fit_rates
from measure.data.scores import log_losses
from problem.contract import FEATURES
from problem.search import GRID, STUDY, Settings, fit_with

FIRST_WEEK = 25
"""It begins on 1 July: weeks before it are fitted on."""
FRESH_WEEK = 38
"""It begins on 30 September: from here on nobody looks."""
GROUPS = ["carrier", "origin", "local_hour"]
"""The table's, as in the study."""
FIT_EVERY, JUDGE_EVERY = 5, 2
"""One flight in so many of those of a year that is a sample already."""
Sums = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """``losses``: by settings (as in ``GRID``) and day from 1 July on, the sum of log losses in nats; ``flights``: how
    many each day has. ``work``: what each fit takes, in fits with the study's settings; ``seconds``: its CPU."""

    losses: Sums
    flights: Sums
    work: Sums
    seconds: Sums

    @property
    def judged(self) -> int:
        """How many days there are before nobody looks any more."""
        return 7 * (FRESH_WEEK - FIRST_WEEK)

    def mean(self, first: int, days: int) -> Sums:
        """By settings, the mean log loss of so many days from the ``first`` on."""
        window = slice(first, first + days)
        return self.losses[:, window].sum(axis=1) / self.flights[window].sum()

    @property
    def fresh(self) -> Sums:
        """By settings, the mean log loss in the months that nobody looked at."""
        return self.mean(self.judged, self.losses.shape[1] - self.judged)

    def to_json(self) -> dict[str, Any]:
        """By week and rounded, so that a record can hold it."""
        return {
            "losses": np.round(_sum_weeks(self.losses) / _sum_weeks(self.flights), 5).tolist(),
            "flights": _sum_weeks(self.flights).tolist(),
            "work": np.round(self.work, 3).tolist(),
        }

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Self:
        """What ``to_json`` has kept; the days of a week are all alike then."""
        flights = np.repeat(np.array(written["flights"]) / 7, 7)
        losses = np.repeat(np.array(written["losses"]), 7, axis=1) * flights
        return cls(losses, flights, np.array(written["work"]), np.zeros(len(written["work"])))


def measure_table(year: pd.DataFrame, grid: list[Settings] = GRID) -> Table:
    """Fit and judge all settings on a year's vectors; raises ``ValueError`` where the study's are not among them."""
    fit, judged = split_year(year)
    late, day = judged["late"].to_numpy(bool), judged["day"].to_numpy()
    sums, nodes, seconds = [], [], []
    for settings in grid:
        began = time.process_time()
        model = fit_with(fit, settings)
        seconds.append(time.process_time() - began)
        nodes.append(sum(len(tree.nodes) for (tree,) in model[-1]._predictors))
        losses = log_losses(late, model.predict_proba(judged[list(FEATURES)])[:, 1])
        sums.append(np.bincount(day, weights=losses))
    work = np.array(nodes, float) / nodes[grid.index(STUDY)]
    return Table(np.array(sums), np.bincount(day).astype(float), work, np.array(seconds))


def split_year(year: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to fit on, and those to judge by, with ``day``: 0 is the Monday on which the latter begin."""
    fit = year[year["week"] < FIRST_WEEK].iloc[::FIT_EVERY]
    later = year[year["week"].between(FIRST_WEEK, LAST)].iloc[::JUDGE_EVERY]
    evening = later["asked_at"].dt.tz_convert("America/New_York").dt.tz_localize(None).dt.normalize()
    return fit, later.assign(day=(evening - evening.min()).dt.days)


def measure_beside(table: Table, year: pd.DataFrame) -> dict[str, float]:
    """Log losses in fresh months: of the study's settings, of a constant rate, and of a table of rates."""
    fit, judged = split_year(year)
    judged = judged[judged["day"] >= table.judged]
    rates, late = fit_rates(fit[GROUPS], fit["late"]), judged["late"].to_numpy(bool)
    said = {"constant": np.full(len(judged), rates.overall), "table": rates.predict(judged[GROUPS])}
    losses = {name: float(log_losses(late, risk).mean()) for name, risk in said.items()}
    return {"study": float(table.fresh[GRID.index(STUDY)]), **losses}


def _sum_weeks(days: Sums) -> Sums:
    return days.reshape(*days.shape[:-1], -1, 7).sum(axis=-1)
