"""Three words for a comparison, by a margin that was set beforehand.

A difference whose interval holds 0 is no proof of equality, and one whose interval excludes 0 may still be too small to
act on. So a margin says below which difference nobody would change a system (Walker and Nowacki 2011, "Understanding
equivalence and noninferiority testing"; the words are *own operationalisation*):

- *no difference worth having*: the whole interval lies within the margin;
- *better* or *worse*: the interval lies on one side of 0, and the estimate reaches the margin;
- *cannot tell*: anything else.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from measure.data.days import Estimate


class Word(StrEnum):
    """What a comparison comes to, for the first of the two."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference worth having"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Margin:
    """The least difference worth having: in the unit of the figures, or as the ratio of the larger to the smaller."""

    least: float
    as_ratio: bool = False

    def scale(self, value: float) -> float:
        """A figure as it is to be subtracted: itself, or its logarithm (minus infinity for 0)."""
        if not self.as_ratio:
            return value
        return math.log(value) if value > 0 else -math.inf

    @property
    def width(self) -> float:
        """The margin on that scale."""
        return math.log(self.least) if self.as_ratio else self.least


def judge_difference(difference: Estimate, margin: float) -> Word:
    """The word for a difference (own cost minus the rival's, less is better) with its interval, in one unit."""
    if -margin <= difference.low and difference.high <= margin:
        return Word.NO_DIFFERENCE
    if difference.high < 0 and difference.value <= -margin:
        return Word.BETTER
    if difference.low > 0 and difference.value >= margin:
        return Word.WORSE
    return Word.CANNOT_TELL


def compare_costs(own: Estimate, rival: Estimate, margin: Margin) -> Word:
    """The word for two costs, each with an interval of its own; less is better.

    Nothing is paired: the difference reaches from the one's best end to the other's worst one. So it is *cannot tell*
    more often than a paired difference would be.
    """
    value = _subtract(margin.scale(own.value), margin.scale(rival.value))
    low = _subtract(margin.scale(own.low), margin.scale(rival.high))
    high = _subtract(margin.scale(own.high), margin.scale(rival.low))
    return judge_difference(Estimate(value, low, high), margin.width)


def _subtract(own: float, rival: float) -> float:
    return 0.0 if own == rival else own - rival  # two infinities are the same, not undefined
