"""What the served answers are worth beside a constant, a table of rates, and a logistic regression."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.day_blocks import add_outcomes
from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_row
from measure.data.baselines import Worth, measure_worth
from measure.data.scores import log_losses
from problem.contract import KEYS

ON = list(KEYS)
SIMPLE = ("constant", "table", "logistic")


def rows(results: Results) -> Iterator[Row]:
    """Log losses of the simple answers; skill, and log loss over the table's, of theirs and of the system's."""
    for name in results.systems:
        for mode, simple in results.by_mode(f"simple-{name}", "answers"):
            own = dict(results.by_mode(f"serve-{name}", "served"))[mode][[*ON, "prediction"]]
            answers = add_outcomes(simple.merge(own, on=ON, validate="one_to_one"))
            for part in (*SIMPLE, "prediction"):
                yield from _make_rows(name, mode, part, _measure(answers, part))


def describe_simple(results: Results, name: str, mode: str, flight_ids: pd.Series | None = None) -> str:
    """What to hold a system's log loss against: the losses of a constant and of the table on the same questions.

    ``flight_ids``: on the questions about these flights only.
    """
    answers = dict(results.by_mode(f"simple-{name}", "answers"))[mode]
    if flight_ids is not None:
        answers = answers[answers["flight_id"].isin(flight_ids)]
    answers = add_outcomes(answers)
    losses = {part: log_losses(answers["late"].to_numpy(bool), answers[part].to_numpy()).mean() for part in SIMPLE[:2]}
    return "beside them: " + ", ".join(f"{part} {loss:.3f}" for part, loss in losses.items())


def draw(results: Results, folder: Path) -> None:
    """Figures to be read beside others; nothing to draw."""


def _measure(answers: pd.DataFrame, part: str) -> Worth:
    sides = (answers[column] for column in ("late", "day", part, "constant", "table"))
    return measure_worth(*sides)


def _make_rows(name: str, mode: str, part: str, worth: Worth) -> Iterator[Row]:
    """The system's own answers have the part ""; their log loss is another ruler's."""
    named = "" if part == "prediction" else part
    figures = {"simple_loss": worth.log_loss, "skill": worth.skill, "over_table": worth.over_table}
    for key, figure in figures.items():
        if not (key == "simple_loss" and not named):
            note = "on the questions that the system was asked, paired by week"
            yield make_row(key, name, mode, figure, note, named)
