"""Log losses with both uncertainties: of the weeks that were served, and of the weeks that a model was fitted on."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.systems import find_rival
from measure.data.days import Days, estimate
from measure.data.scores import Floats

Key = tuple[str, str]
ONE_FIT = "other intervals of log losses hold one fit"


def rows(results: Results) -> Iterator[Row]:
    """The served log loss, the gap and the lead over the rival, of models fitted on several draws of the weeks."""
    drawn = {
        (name, mode): _draw(of) for name in results.systems for mode, of in results.by_mode(f"refits-{name}", "refits")
    }
    for (name, mode), of in drawn.items():
        note = f"{len(of['served'])} models, each fitted on weeks drawn from the training months; {ONE_FIT}"
        yield make_row("refit_loss", name, mode, estimate(_mix(of["served"])), note)
        yield make_row("refit_gap", name, mode, estimate(_mix(of["served"] - of["believed"])), note)
        if rival := find_rival(name, [other for other, its in drawn if its == mode]):
            lead = of["served"] - drawn[rival, mode]["served"]
            yield make_row(
                "refit_lead", name, mode, estimate(_mix(lead)), f"{note}; both of each pair on the same weeks"
            )
        else:
            yield make_absent("refit_lead", name, mode, "no other system was asked such questions")


def draw(results: Results, folder: Path) -> None:
    """Figures to be read beside others; nothing to draw."""


def _draw(table: pd.DataFrame) -> Mapping[str, Floats]:
    """By side, mean log losses of shape (refits, 1 + draws): every model on the quarter and on its draws."""
    each = [of.reset_index(drop=True) for _, of in table.groupby("refit")]
    days = Days(each[0]["day"])
    return {side: np.array([days.ratios(of[side], of["rows"]) for of in each]) for side in ("served", "believed")}


def _mix(drawn: Floats) -> Floats:
    """The mean over all models, then each draw with the next model in turn: shape (1 + draws,)."""
    refits, columns = drawn.shape
    return np.concatenate([[drawn[:, 0].mean()], drawn[np.arange(columns - 1) % refits, np.arange(1, columns)]])
