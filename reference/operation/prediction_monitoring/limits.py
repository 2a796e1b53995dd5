"""What days of a quiet month were like, and how far a day may be from that: a limit for every statistic.

Many features are looked at on one day, so their limits are set together: how far each is above its usual value counts
in its own spread, and the largest of the day is what has to stay within reach of the quiet month.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from problem.contract import FEATURES
from problem.watched import Rows
from reference.operation.prediction_monitoring.shares import Floats, count_nulls, measure_distances

NAMES = [*FEATURES]
ROOM = 1.25
"""A limit lies so much further from the usual value than the most unusual day of the quiet month."""
HIGH, LEAST = 0.9, 0.01
"""The spread of a statistic: how far this share of the days stays below, and what counts as none."""
SMOOTHING = 20
"""Rows of the overall rate that each hour of the table is given."""
WEEK, HOURS = pd.Timedelta(days=7), 24


class QuietMonth:
    """Limits by name of a feature (``distances``, ``nulls``), and of ``answers``, ``age`` and ``excess``.

    Raises ``ValueError`` for less than eight days, as there is no day with a week before it, and for a month of which
    nobody knows what came of it.
    """

    def __init__(self, rows: Rows) -> None:
        if rows.empty or rows["day"].max() - rows["day"].min() < WEEK:
            raise ValueError("a month of quiet days is needed to set limits, and there is not a week of them")
        if not rows["late"].notna().any():
            raise ValueError("no outcome of the quiet month is known: of the model no limit can be set")
        self._rates = count_rates(rows)
        self.last_day = pd.Timestamp(rows["day"].max())
        pairs = [*pair_days(rows)]
        inputs = pd.DataFrame([measure_distances(day, week, NAMES) for day, week in pairs])
        self.distances = reach_together(inputs)
        self.nulls = reach_together(pd.DataFrame([count_nulls(day, NAMES) for day, _ in pairs]))
        self.answers = reach([measure_distances(day, week, ["risk"])["risk"] for day, week in pairs])
        self.excess = reach([self.measure_excess(day) for day, _ in pairs])
        self.age = reach([day["age"].max() for day, _ in pairs])

    def measure_excess(self, day: Rows) -> float:
        """Nats an answer by which the model loses against the month's rates by hour, where the outcome is known; below
        0 where it is better, NaN where none is known."""
        late, risk = day["late"].to_numpy(float), day["risk"].to_numpy(float)
        known = ~np.isnan(late) & (risk >= 0) & (risk <= 1)
        if not known.any():
            return float("nan")
        table = self._rates[day["local_hour"].to_numpy(int)[known]]
        return float((_lose(late[known], risk[known]) - _lose(late[known], table)).mean())


def pair_days(rows: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Each day that has a week before it, and that week."""
    for date, day in rows.groupby("day"):
        if date - WEEK >= rows["day"].min():
            yield day, rows[rows["day"].between(date - WEEK, date, inclusive="left")]


def count_rates(rows: Rows) -> Floats:
    """By hour, the share that was late; the share of all where there is nothing else."""
    known = rows[rows["late"].notna()]
    hour, overall = known["local_hour"].to_numpy(int), known["late"].mean()
    late, count = (np.bincount(hour, of, minlength=HOURS) for of in (known["late"], np.ones(len(known))))
    return (late + SMOOTHING * overall) / (count + SMOOTHING)


def reach(values: list[float]) -> float:
    """As far above the median as the highest value is, and a quarter of that more; nulls do not count."""
    usual = float(np.nanmedian(values))
    return usual + ROOM * (float(np.nanmax(values)) - usual)


def reach_together(days: pd.DataFrame) -> dict[str, float]:
    """By column, a limit that all of them keep on a day as unusual as the most unusual of these, and a quarter more."""
    usual = days.median()
    spread = (days.quantile(HIGH) - usual).clip(lower=LEAST)
    most = float(((days - usual) / spread).max(axis=None))
    return {str(name): float(of) for name, of in (usual + ROOM * most * spread).items()}


def _lose(late: Floats, risk: Floats) -> Floats:
    """Log loss of each answer in nats."""
    inside = np.clip(risk, 1e-12, 1 - 1e-12)
    return -np.log(np.where(late == 1, inside, 1 - inside))
