"""Intervals of a difference between two arms: one that may be looked at as often as one likes, and one for one look.

Each unit goes to an arm as a whole, by a fair coin, and brings z = ±2 × (its cost − what was expected of it): plus if
the coin says candidate. The mean of z is the difference that the arm makes. If it makes none, the coin is all that
decides the signs, so whatever costs are, cosh(x) ≤ exp(x²/2) makes exp(λS − λ²V/2) a supermartingale in the units (S:
sum of z, V: sum of squares). Mixed over λ from a normal distribution (Robbins 1970) it exceeds 1/α, at any time ever,
with a probability of at most α (Ville): that is ``reach_at_any_time``. Days that resemble one another do no harm. A
coin that is thrown once for many looks does: its later units are no news. Where arms differ, the interval is right for
many units (Waudby-Smith et al. 2024, "Time-uniform central limit theory and asymptotic confidence sequences").
"""

import math
from functools import lru_cache
from typing import NamedTuple

from scipy import stats

LEVEL = 0.95


class Interval(NamedTuple):
    """A difference and between what it lies."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def reach_at_any_time(squares: float, tightest_at: float, level: float = LEVEL) -> float:
    """How far from 0 the sum of z may be if arms do not differ, with this probability at all looks together.

    ``squares``: the sum of z² up to this look; ``tightest_at``: that at which to be most exact, set before, above 0.
    """
    error = -2 * math.log(1 - level)
    prior = tightest_at / (error + math.log(error) + 1)
    return math.sqrt((squares + prior) * (error + math.log1p(squares / prior)))


def look_any_time(total: float, squares: float, count: float, tightest_at: float, level: float = LEVEL) -> Interval:
    """The difference by ``count``, from the sum of z and that of z², valid at every look."""
    if not count:
        return Interval(0.0, -math.inf, math.inf)
    reach = reach_at_any_time(squares, tightest_at, level)
    return Interval(total / count, (total - reach) / count, (total + reach) / count)


def look_once(total: float, squares: float, count: int, level: float = LEVEL) -> Interval:
    """The mean of ``count`` units by Student's t, from their sum and that of their squares; for one look."""
    if count < 2:
        return Interval(total, -math.inf, math.inf)
    mean = total / count
    spread = math.sqrt(max(squares / count - mean**2, 0.0) / (count - 1))
    reach = spread * _find_quantile(count - 1, level)
    return Interval(mean, mean - reach, mean + reach)


@lru_cache
def _find_quantile(freedom: int, level: float) -> float:
    return float(stats.t.ppf((1 + level) / 2, freedom))
