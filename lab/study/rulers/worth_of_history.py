"""What a service without a history would cost in predictions, and one that is told all in bytes."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.day_blocks import add_outcomes
from lab.study.results import Results
from lab.study.rulers.beliefs import measure_lead
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.systems import find_system

FIGURES = ("request_only", "request_bytes")


def rows(results: Results) -> Iterator[Row]:
    """Log loss of the request-only arm minus that of the system's own answers, and bytes over bytes of a request."""
    for name in results.systems:
        if not find_system(name).has_store:
            yield from (make_absent(key, name, "any", "the arm is fitted on FTI's questions alone") for key in FIGURES)
            continue
        sizes = results.table(f"request_only-{name}", "bytes").set_index("mode")
        for mode, answers in results.by_mode(f"request_only-{name}", "answers"):
            found = measure_lead(*_pair_answers(results, name, mode, answers))["lead_loss"]
            note = "the same learner on the request alone, minus the system's own answers, paired by day"
            yield make_row("request_only", name, mode, found, note)
            size = sizes.loc[mode]
            note = f"{size['vector']:.0f} bytes of JSON with all features, {size['request']:.0f} as asked"
            yield Row("request_bytes", name, mode, float(size["vector"] / size["request"]), note=note)


def draw(results: Results, folder: Path) -> None:
    """Two figures in words; nothing to draw."""


def _pair_answers(results: Results, name: str, mode: str, answers: pd.DataFrame) -> list[pd.DataFrame]:
    """The arm's answers and the system's, in one order, as ``measure_lead`` wants them."""
    own = dict(results.by_mode(f"serve-{name}", "served"))[mode]
    return [add_outcomes(side.sort_values("flight_id", ignore_index=True)) for side in (answers, own)]
