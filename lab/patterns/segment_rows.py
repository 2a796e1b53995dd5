"""Flights that models by segment are fitted on and judged by, and what is done to them: fewer rows, another airport."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.patterns.changed_switches import GROUPS
from lab.patterns.watched_year import Year
from measure.data.baselines import fit_rates
from measure.data.scores import log_losses
from problem.contract import CATEGORIES, FEATURES, STORED

KNOWN, JUDGED = (4, 9), (10, 12)
"""Months, first and last."""
OTHER = "LGA"
"""The airport that is made to differ."""
Floats = NDArray[np.float64]


class Season(NamedTuple):
    """``known``: rows that models are fitted on; ``judged``: later ones; both with ``late`` and ``day``."""

    known: pd.DataFrame
    judged: pd.DataFrame

    def thin(self, share: float) -> "Season":
        """A share of the known rows, drawn once; all that is judged stays."""
        return self if share == 1 else self._replace(known=self.known.sample(frac=share, random_state=0))

    def differ(self, features: int) -> "Season":
        """One airport whose first so many stored features have the other sign."""
        return Season(*(_mirror(rows, STORED[:features]) for rows in self))

    def blind(self, by: str) -> "Season":
        """A feature that says nothing."""
        value = "" if by in CATEGORIES else 0
        return Season(*(rows.assign(**{by: value}) for rows in self))

    def lose(self, risk: Floats) -> Floats:
        """The loss of each judged row, nats."""
        return log_losses(self.judged["late"].to_numpy() == 1, risk)

    def predict_table(self) -> Floats:
        """What a table of rates says of the judged rows."""
        return fit_rates(self.known[GROUPS], self.known["late"]).predict(self.judged[GROUPS])


def make_season(year: Year) -> Season:
    """The season of a year's answers whose outcome became known."""
    rows = year.rows[year.rows["late"].notna()].astype(dict.fromkeys(CATEGORIES, str))
    rows = rows[[*FEATURES, "late", "day", "month"]]
    known, judged = (rows[rows["month"].between(*months)].reset_index(drop=True) for months in (KNOWN, JUDGED))
    return Season(known, judged)


def _mirror(rows: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    there = rows["origin"] == OTHER
    return rows.assign(**{name: rows[name].where(~there, -rows[name]) for name in features})


def misroute(rows: pd.DataFrame, by: str, share: float) -> pd.DataFrame:
    """The rows, of which a share has the segment of another row."""
    random = np.random.default_rng(0)
    hit = random.random(len(rows)) < share
    other = rows[by].to_numpy()[random.permutation(len(rows))]
    return rows.assign(**{by: np.where(hit, other, rows[by].to_numpy())})
