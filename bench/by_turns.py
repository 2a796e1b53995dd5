"""Several works timed by turns in one process, every other round in the opposite order; their ratios with spread."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console

from bench.record import ratio_line, spread

Work = Callable[[], object]
Ready = Callable[[int], Work]
"""Makes ready for a round, and returns the work of it, which alone is timed."""
Seconds = dict[str, list[float]]
"""Wall seconds of each work, a round each."""


@dataclass(frozen=True)
class Row:
    """A ratio: the work ``above`` over the work ``below``; ``about`` says what either computes."""

    name: str
    above: str
    below: str
    about: str


def by_turns(works: Mapping[str, Ready], rounds: int, rehearsed: Sequence[str], console: Console) -> Seconds:
    """Each work once a round; before that the ``rehearsed`` ones once, so that libraries are loaded, caches full."""
    for name in rehearsed:
        with console.status(f"rehearsal: {name}"):
            works[name](0)()
    seconds: Seconds = {name: [] for name in works}
    for number in range(1, rounds + 1):
        for name in list(works)[:: -1 if number % 2 else 1]:
            with console.status(f"round {number} of {rounds}: {name}"):
                seconds[name].append(_timed(works[name](number)))
            console.print(f"round {number} of {rounds}  {name:32} {seconds[name][-1]:8.3f} s")
    return seconds


def rows(seconds: Seconds, wanted: Sequence[Row], console: Console) -> dict[str, dict[str, Any]]:
    """Each row's ratio with its extremes over the rounds, printed with what it compares."""
    found = {}
    for row in wanted:
        ratio = spread(seconds[row.above], seconds[row.below])
        console.print(ratio_line(row.name, ratio))
        medians = " over ".join(f"{median(seconds[side]):.3g} s" for side in (row.above, row.below))
        console.print(f"    {row.about}; {medians}")
        found[row.name] = ratio | {"about": row.about}
    return found


def _timed(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
