"""All rulers on the finished steps, two at a time, each in a child of its own."""

import traceback
from functools import partial
from pathlib import Path

from lab.engine.isolation import Send, Task, run_isolated
from lab.study.results import Results
from lab.study.rulers import Ruler
from lab.study.scorecard_rows import Row

PATIENCE = 300.0
"""CPU seconds for one ruler; the slowest takes ten."""


def apply_rulers(rulers: tuple[Ruler, ...], results: Results, figures: Path) -> list[Row]:
    """The rows of all rulers, in their order; draws their figures into ``figures``.

    Raises ``RuntimeError`` with all that a ruler said when it failed.
    """
    tasks: list[Task] = [partial(_apply_ruler, ruler, results, figures) for ruler in rulers]
    found: dict[int, list[Row]] = {}
    for number, said, why in run_isolated(tasks, PATIENCE):
        if why or not said:
            raise RuntimeError(f"a ruler failed: {why}\n{said[0] if said else ''}")
        found[number] = said[0]
    return [row for number in range(len(rulers)) for row in found[number]]


def _apply_ruler(ruler: Ruler, results: Results, figures: Path, send: Send) -> None:
    try:
        rows = list(ruler.rows(results))
        ruler.draw(results, figures)
    except Exception:
        send(traceback.format_exc())
        raise
    send(rows)
