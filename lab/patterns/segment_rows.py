"""Flights that models by segment are fitted on and judged by, and what is done to them: fewer rows, another airport."""

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
TURNED = [name for name in STORED if name not in ("precip", "visib")]
"""Stored features that can mean the opposite; the two others have one value nearly always."""
Floats = NDArray[np.float64]


class Season(NamedTuple):
    """``known``: rows that models are fitted on; ``judged``: later ones; both with ``late`` and ``day``."""

    known: pd.DataFrame
    judged: pd.DataFrame

    def thin(self, share: float) -> "Season":
        """A share of the known rows, drawn once, in their order; all that is judged stays."""
        return self if share == 1 else self._replace(known=self.known.sample(frac=share, random_state=0).sort_index())

    def differ(self, features: int) -> "Season":
        """One airport at which the first so many of ``TURNED`` mean the opposite, and look as they did."""
        turned = self
        for name in TURNED[:features]:
            usual = np.sort(self.known.loc[self.known["origin"] == OTHER, name].dropna().to_numpy(float))
            turned = Season(*(_turn(rows, name, usual) for rows in turned))
        return turned

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


def _turn(rows: pd.DataFrame, name: str, usual: Floats) -> pd.DataFrame:
    """What is high there becomes low: each value changes places with the one that is as far from the other end."""
    values = rows[name].to_numpy(float)
    middle = (usual.searchsorted(values, "left") + usual.searchsorted(values, "right")) // 2
    turned = usual[np.clip(len(usual) - 1 - middle, 0, len(usual) - 1)]
    there = (rows["origin"] == OTHER).to_numpy() & ~np.isnan(values)
    return rows.assign(**{name: np.where(there, turned, values)})


def misroute(rows: pd.DataFrame, by: str, share: float) -> pd.DataFrame:
    """The rows, of which a share has the segment of another row."""
    random = np.random.default_rng(0)
    hit = random.random(len(rows)) < share
    other = rows[by].to_numpy()[random.permutation(len(rows))]
    return rows.assign(**{by: np.where(hit, other, rows[by].to_numpy())})
