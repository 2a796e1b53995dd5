"""The word for two costs that were taken by turns: it has to hold in every round.

*Own operationalisation.* Between runs on one machine, ratios of times have moved by a fifth, so a median beyond the
margin is not enough.
"""

from collections.abc import Collection

from measure.data.comparison import Word


def judge_rounds(ratios: Collection[float], least: float) -> Word:
    """By round, own cost over the rival's; less is better. ``least``: the least ratio worth having, above 1."""
    low, high = min(ratios), max(ratios)
    if 1 / least <= low and high <= least:
        return Word.NO_DIFFERENCE
    return Word.BETTER if high <= 1 / least else Word.WORSE if low >= least else Word.CANNOT_TELL
