"""Whether a fault is there, and nothing else: from all that is known of answers, recorded or not."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.faults.injectors import check_injected
from lab.patterns.recorded_case import Struck
from lab.patterns.recorded_faults import LATER, STORE_MS
from problem.recorded import Answered

SEEN = 0.8
"""Of the time by which a slow store is later, the share that has to be seen in the median answer."""
RISK = "prediction"


def verify(name: str, struck: Struck, well: Sequence[Answered], ill: Sequence[Answered]) -> None:
    """Raise ``NotInjected`` unless the fault is there and nothing else is. ``well``, ``ill``: the answers to the same
    questions of the service before and with the fault."""
    changed = {field for pair in zip(map(flatten, well), map(flatten, ill), strict=True) for field in _compare(*pair)}
    beside = changed - struck.moves - {RISK}
    check_injected(not beside, f"{name}: {sorted(beside)} changed, too")
    later = find_median(ill) - find_median(well)
    there = later > SEEN * LATER if STORE_MS in struck.cause else RISK in changed
    check_injected(there, f"{name}: no answer is otherwise, or comes later")


def find_median(answers: Sequence[Answered]) -> float:
    """Seconds that the store took."""
    return float(np.median([each.milliseconds["stored"] for each in answers])) / 1000


def flatten(answered: Answered) -> dict[str, Any]:
    """All fields of an answer but its times, NaN as None."""
    ages = {f"age_{table}": age for table, age in answered.ages.items()}
    told = {**answered._asdict(), **answered.features, **ages}
    names = {*told} - {"milliseconds", "ages", "features"}
    return {name: None if told[name] != told[name] else told[name] for name in names}


def _compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> set[str]:
    return {name for name in left if left[name] != right[name]}
