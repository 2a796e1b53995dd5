"""Which form of recording leads to the cause, how often, and where one is no longer better than another."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, Groups, estimate

MARGIN = 0.1
"""A share of the faults, and of the clean evenings, as in PREDICTIONS.md."""
LINES, STRUCTURED, VECTORS = "text lines", "structured", "with vectors"
PAIRS = ((VECTORS, STRUCTURED), (VECTORS, LINES), (STRUCTURED, LINES))
MEASURES = ("found", "ranked")
"""Whether the procedure names a field of the cause; whether one is among the first three of its ranking."""
DIALS = ["touched", "kept"]
OFTEN = 4
"""Fields that are told of, of those named on clean evenings."""
Row = dict[str, Any]


def describe_shares(rows: pd.DataFrame) -> list[Row]:
    """By setting and form, the share of troubles whose cause is named (``found``) with its interval by evenings, and
    the share whose cause is among the first three (``ranked``)."""
    return [
        dict(zip([*DIALS, "form"], key, strict=True))
        | {"ranked": float(of["ranked"].mean()), **tell(Groups(of["evening"]).means(of["found"].astype(float)))}
        for key, of in rows.groupby([*DIALS, "form"], sort=False)
    ]


def compare_forms(rows: pd.DataFrame) -> list[Row]:
    """By setting and measure, one form against another: share of troubles whose cause is missed, paired by trouble."""
    return [
        {"own": own, "rival": rival, "by": by, "touched": touched, "kept": kept, **compare(of, own, of, rival, by)}
        for by in MEASURES
        for (touched, kept), of in rows.groupby(DIALS, sort=False)
        for own, rival in PAIRS
    ]


def compare_sampled(rows: pd.DataFrame) -> list[Row]:
    """A part of the answers with vectors against all of them in another form."""
    whole = rows[(rows["touched"] == 1) & (rows["kept"] == 1)]
    return [
        {"kept": kept, "rival": rival, **compare(of, VECTORS, whole, rival)}
        for kept, of in rows[rows["touched"] == 1].groupby("kept", sort=False)
        for rival in (STRUCTURED, LINES)
    ]


def compare(left: pd.DataFrame, own: str, right: pd.DataFrame, rival: str, by: str = "found") -> Row:
    """The difference of what is missed, own minus the rival's, with its word; ``pushed_out``: troubles whose cause only
    the rival leads to."""
    mine, other = (of[of["form"] == form].reset_index(drop=True) for of, form in ((left, own), (right, rival)))
    more = other[by].astype(float) - mine[by].astype(float)
    drawn = Groups(mine["evening"]).means(more)
    return tell(drawn) | {"word": judge_difference(estimate(drawn), MARGIN).value, "pushed_out": int((more > 0).sum())}


def count_by_fault(rows: pd.DataFrame) -> list[Row]:
    """By fault and form, with all instances touched and all answers recorded: on how many evenings its cause was named,
    and was among the first three."""
    whole = rows[(rows["touched"] == 1) & (rows["kept"] == 1)]
    return [
        {"fault": fault, "form": form, "evenings": len(of), "found": int(of["found"].sum())}
        | {"ranked": int(of["ranked"].sum())}
        for (fault, form), of in whole.groupby(["fault", "form"], sort=False)
    ]


def describe_clean(rows: pd.DataFrame) -> list[Row]:
    """By form, the share of clean evenings on which something is named, against text lines; and what, most often."""
    rows = rows.sort_values(["form", "evening"], ignore_index=True)
    rival = rows[rows["form"] == LINES]["named"].to_numpy(float)
    found = []
    for form, of in rows.groupby("form", sort=False):
        days, named = Days(of["evening"]), of["named"].to_numpy(float)
        fields = Counter(field for first in of.loc[of["named"], "first"] for field in first[:1])
        word = judge_difference(estimate(days.means(named - rival)), MARGIN).value
        found.append({"form": form, **tell(days.means(named)), "word": word, "fields": fields.most_common(OFTEN)})
    return found


def find_turns(differences: Sequence[Mapping[str, Any]], own: str, rival: str, by: str = "found") -> Row:
    """The largest share of instances at which a form is no longer better than another (``not_better``), and at which it
    is worse (``worse``), going down from all; None: nowhere on the dial."""
    rows = [row for row in differences if (row["own"], row["rival"], row["by"], row["kept"]) == (own, rival, by, 1.0)]
    falling = sorted(rows, key=lambda row: -row["touched"])
    return {
        "own": own,
        "rival": rival,
        "by": by,
        "not_better": first(row["touched"] for row in falling if row["word"] != Word.BETTER),
        "worse": first(row["touched"] for row in falling if row["word"] == Word.WORSE),
    }


def first(values: Iterable[float]) -> float | None:
    """The first of them, if there is one."""
    return next(iter(values), None)


def tell(drawn: Any) -> dict[str, float]:
    """A figure with its interval, as JSON has it."""
    found: Estimate = estimate(drawn)
    return {"value": found.value, "low": found.low, "high": found.high}
