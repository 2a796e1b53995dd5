"""How much wider intervals are since they come from weeks: days remember one another."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.rulers.beliefs import Beliefs
from lab.study.scorecard_rows import Row
from lab.systems import find_rival
from measure.data.days import Days, estimate
from measure.data.scores import Floats, log_losses


def rows(results: Results) -> Iterator[Row]:
    """Of the served log loss, the gap and the lead over the rival: width by weeks over width by single days."""
    answers = Beliefs(results).answers
    losses = {key: _measure_losses(of) for key, of in answers.items()}
    for (name, mode), of in losses.items():
        figures = {"served log loss": of["served"], "gap": of["served"] - of["believed"]}
        if rival := find_rival(name, [other for other, its in losses if its == mode]):
            figures["lead"] = of["served"] - losses[rival, mode]["served"]
        for part, loss in figures.items():
            width = _compare_widths(answers[name, mode]["day"], loss)
            note = "both intervals are nothing" if width is None else "the same answers, drawn in two ways"
            yield Row("wider", name, mode, width, note=note, part=part)


def draw(results: Results, folder: Path) -> None:
    """Figures to be read beside others; nothing to draw."""


def _measure_losses(answers: pd.DataFrame) -> dict[str, Floats]:
    late = answers["late"].to_numpy(bool)
    sides = {"served": "prediction", "believed": "prediction_believed"}
    return {side: log_losses(late, answers[column].to_numpy(float)) for side, column in sides.items()}


def _compare_widths(day: pd.Series, loss: Floats) -> float | None:
    """None where both are nothing, as of a gap that is always 0."""
    by_week, by_day = (estimate(days.means(loss)) for days in (Days(day), Days(day, block=1)))
    return (by_week.high - by_week.low) / (by_day.high - by_day.low) if by_day.high > by_day.low else None
