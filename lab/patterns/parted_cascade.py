"""What a cascade saves and loses: the small model answers where it is sure enough, the large one elsewhere."""

from typing import Any

import numpy as np

from lab.patterns.parted_models import LARGE, SMALL, Fitted, encode
from lab.patterns.parted_versions import describe, find_days, open_model
from measure.data.days import estimate
from measure.data.scores import log_losses

ENOUGH = (0.95, 0.9, 0.85, 0.8)
"""The dial."""


def try_cascade(fitted: Fitted) -> list[dict[str, Any]]:
    """A row for each value of ``ENOUGH``: the share of questions that the small model settles, and nats lost by it
    against the large one alone; and the small one alone, as enough = 0.5."""
    rows, days = encode(fitted.later, fitted.preparation), find_days(fitted.later)
    late = fitted.later["late"].to_numpy(bool)
    small, large = (open_model(fitted, name)(rows) for name in (SMALL, LARGE))
    found = []
    for enough in (*ENOUGH, 0.5):
        settled = np.maximum(small, 1 - small) >= enough
        risk = np.where(settled, small, large)
        lost = estimate(days.means(log_losses(late, risk) - log_losses(late, large)))
        found.append({"enough": enough, "settled": float(settled.mean())} | describe(lost))
    return found
