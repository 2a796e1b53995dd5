"""Where a model of its own pays: loss by segment, against the rows that there are and how different it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from lab.patterns.changed_switches import NATS
from lab.patterns.segment_rows import OTHER, Floats, Season
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, estimate
from problem.segments import Models

SEGMENTS = ("origin", "carrier", "local_hour")
FEWEST = 100
"""Rows below which no model is fitted, whoever asks."""
FEWEST_JUDGED = 100
SHARES = (1.0, 1 / 16, 1 / 64)
DIFFERENT = (0, 3, 12)
DIFFERENT_SHARES = (1.0, 1 / 16)
"""Dials: the share of known rows; the stored features of one airport that mean the opposite."""
GLOBAL, OWN = "one_global_model", "condition_based"
NOBODY: Any = object()
"""Stands for a model that is asked nothing."""
Row = dict[str, Any]


def tell(difference: Floats, day: pd.Series) -> Row:
    """The word for a loss, own minus the rival's, by row; with its interval."""
    found = estimate(Days(day).means(difference))
    return {"word": judge_difference(found, NATS).value, **vars(found)}


def judge_segments(season: Season, one: Models, several: Mapping[str, Any]) -> list[Row]:
    """A row a segment: ``rows`` that it has; own minus global; and what each gains over the table of rates.

    ``several``: by feature, the models of its segments.
    """
    judged, table = season.judged, season.lose(season.predict_table())
    for_all = season.lose(one.predict(judged))
    found = []
    for by, models in several.items():
        own, counts = season.lose(models.predict(judged)), season.known[by].value_counts()
        for value in models.own:
            here = (judged[by] == value).to_numpy()
            if here.sum() < FEWEST_JUDGED:
                continue
            told = {"by": by, "segment": str(value), "rows": int(counts[value]), "judged": int(here.sum())}
            told |= {"global": float((for_all - table)[here].mean()), "own": float((own - table)[here].mean())}
            told["size"] = models.sizes[value]
            found.append(told | tell((own - for_all)[here], judged["day"][here]))
    return found


def fit_below(season: Season, by: str, side: Any, for_all: Any) -> Any:
    """Models of the segments that the reference has none for, down to ``FEWEST`` rows."""
    counts = season.known[by].map(season.known[by].value_counts())
    return side.Models(season.known[counts < side.LEAST], by, FEWEST, for_all=for_all)


def judge_wholes(season: Season, one: Models, several: Mapping[str, Any]) -> list[Row]:
    """A row a feature: all its segments together, the pattern minus global; likewise both asked
    (``both``), and the one model blind to the feature (``blind``); ``over_table``: the global one minus the table."""
    judged, said = season.judged, one.predict(season.judged)
    for_all, table = season.lose(said), season.lose(season.predict_table())
    found = []
    for by, models in several.items():
        risk = models.predict(judged)
        own, both = season.lose(risk), season.lose(expit((logit(risk) + logit(said)) / 2))
        seen = season.blind(by)
        blind = season.lose(type(one)(seen.known, by).predict(seen.judged))
        told = {"by": by, "over_table": float((for_all - table).mean())}
        told |= {name: tell(of - for_all, judged["day"]) for name, of in (("both", both), ("blind", blind))}
        found.append(told | tell(own - for_all, judged["day"]))
    return found


def turn_rows(
    season: Season, sides: Mapping[str, Any], one: Any, by_origin: Any, shares: Sequence[float] = SHARES
) -> list[Row]:
    """A row a share of the known rows: models by origin, minus global; ``rows``: of a segment, on the mean; ``guarded``
    likewise, the pattern as it is, which leaves segments with too few rows to the one for all.

    ``one``, ``by_origin``: the models of all rows.
    """
    found, judged = [], season.judged
    for share in shares:
        thinned = season.thin(share)
        if share < 1:
            one = sides[GLOBAL].Models(thinned.known, "origin")
            by_origin = sides[OWN].Models(thinned.known, "origin", FEWEST, for_all=one.model)
        own, for_all = (season.lose(models.predict(judged)) for models in (by_origin, one))
        table = season.lose(thinned.predict_table())
        told = {"share": share, "rows": len(thinned.known) / thinned.known["origin"].nunique()}
        told |= {"global": float((for_all - table).mean()), "own": float((own - table).mean())}
        enough = judged["origin"].map(thinned.known["origin"].value_counts()).fillna(0) >= sides[OWN].LEAST
        told["guarded"] = tell(np.where(enough, own - for_all, 0.0), judged["day"])
        found.append(told | tell(own - for_all, judged["day"]))
    return found


def turn_difference(
    season: Season,
    sides: Mapping[str, Any],
    different: Sequence[int] = DIFFERENT,
    shares: Sequence[float] = DIFFERENT_SHARES,
) -> list[Row]:
    """A row a share and number of features: at the airport that differs, its own model minus the global one; and what
    both gain over the table."""
    found = []
    for share in shares:
        for features in different:
            changed = season.differ(features).thin(share)
            here = Season(*(rows[rows["origin"] == OTHER] for rows in changed))
            models = sides[OWN].Models(here.known, "origin", FEWEST, for_all=NOBODY)
            own = here.lose(models.predict(here.judged))
            one = here.lose(sides[GLOBAL].Models(changed.known, "origin").predict(here.judged))
            table = here.lose(changed.predict_table()[(changed.judged["origin"] == OTHER).to_numpy()])
            told = {"share": share, "different": features, "rows": len(here.known), "size": models.sizes.get(OTHER, "")}
            told |= {"global": float((one - table).mean()), "own": float((own - table).mean())}
            found.append(told | tell(own - one, here.judged["day"]))
    return found


def find_turn(rows: Sequence[Mapping[str, Any]], dial: str, word: str = Word.BETTER) -> float | None:
    """The least value of a dial from which on the word holds at all; None if it does not hold at the highest."""
    words = {row[dial]: row["word"] for row in rows}
    holding = [value for value in words if all(words[other] == word for other in words if other >= value)]
    return min(holding) if holding else None
