"""How long steps take, and how long the rest of a run will take."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean

from lab.engine.step import Step

FILE = "durations.json"
AT_ONCE = 2
"""How many steps run at the same time."""


def read_durations(folder: Path) -> dict[str, float]:
    """By step, the seconds that it took the last time; empty if nothing is known."""
    try:
        return {name: float(seconds) for name, seconds in json.loads((folder / FILE).read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_durations(folder: Path, durations: Mapping[str, float]) -> None:
    """Keep them for the next run."""
    unfinished = folder / f"{FILE}.part"
    unfinished.write_text(json.dumps({name: round(seconds, 1) for name, seconds in durations.items()}, indent=1))
    unfinished.rename(folder / FILE)


def estimate_seconds_left(
    open_steps: Iterable[Step], usual: Mapping[str, float], elapsed: Mapping[str, float]
) -> float | None:
    """Seconds until all these steps are done, of which some began ``elapsed`` seconds ago; None if too little is known.

    A step of which nothing is known is taken to last as long as the others do on average, if those are the most.
    """
    open_steps = list(open_steps)
    if not usual or 2 * sum(step.name in usual for step in open_steps) < len(open_steps):
        return None
    average = mean(usual.values())
    alone, beside = [0.0], [0.0]
    for step in open_steps:
        left = max(0.0, usual.get(step.name, average) - elapsed.get(step.name, 0.0))
        (alone if step.alone else beside).append(left)
    return sum(alone) + max(sum(beside) / AT_ONCE, max(beside))
