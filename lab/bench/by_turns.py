"""Several works timed by turns in one process, every other round in the opposite order; their ratios with spread."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console

from lab.bench.bench_results import ratio_line, spread

Work = Callable[[], object]
Ready = Callable[[int], Work]
"""Makes ready for a round, and returns the work of it, which alone is timed."""
Seconds = dict[str, list[float]]
"""Seconds of each work, a round each."""


@dataclass(frozen=True)
class Took:
    """What the works took: ``wall`` is what one waits for, ``cpu`` is less disturbed by what else the machine does."""

    wall: Seconds
    cpu: Seconds


@dataclass(frozen=True)
class Row:
    """A ratio: the work ``above`` over the work ``below``; ``about`` says what either computes."""

    name: str
    above: str
    below: str
    about: str


def by_turns(works: Mapping[str, Ready], rounds: int, rehearsed: Sequence[str], console: Console) -> Took:
    """Each work once a round; before that the ``rehearsed`` ones once, so that libraries are loaded, caches full."""
    for name in rehearsed:
        with console.status(f"rehearsal: {name}"):
            works[name](0)()
    took = Took({name: [] for name in works}, {name: [] for name in works})
    for number in range(1, rounds + 1):
        for name in list(works)[:: -1 if number % 2 else 1]:
            with console.status(f"round {number} of {rounds}: {name}"):
                _time(name, works[name](number), took)
            said = f"{took.wall[name][-1]:8.3f} s, CPU {took.cpu[name][-1]:8.3f} s"
            console.print(f"round {number} of {rounds}  {name:32} {said}")
    return took


def rows(took: Took, wanted: Sequence[Row], console: Console) -> dict[str, dict[str, Any]]:
    """Each row's ratio with its extremes over the rounds, and that of CPU seconds, printed with what it compares."""
    found = {}
    for row in wanted:
        ratio, cpu = (spread(seconds[row.above], seconds[row.below]) for seconds in (took.wall, took.cpu))
        console.print(ratio_line(row.name, ratio))
        console.print(ratio_line("    in CPU seconds", cpu))
        medians = " over ".join(f"{median(took.wall[side]):.3g} s" for side in (row.above, row.below))
        console.print(f"    {row.about}; {medians}")
        found[row.name] = ratio | {"cpu": cpu, "about": row.about}
    return found


def _time(name: str, work: Work, took: Took) -> None:
    began, used = time.perf_counter(), time.process_time()
    work()
    took.wall[name].append(time.perf_counter() - began)
    took.cpu[name].append(time.process_time() - used)
