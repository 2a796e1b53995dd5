"""Ruler 1, row skew: the share of rows on which serving and training disagree about a feature.

Also called feature skew rate, or online/offline consistency. Sources: Breck et al. 2017, "The ML Test Score"; Breck et
al. 2019, "Data Validation for Machine Learning"; Chronon's measurement of online/offline consistency.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from measure.data.days import Days, Estimate, estimate
from measure.data.table_compare import ATOL, RTOL, Cell, compare_tables, match_rows
from measure.figures import figure_style

SIDES = ("offline", "served")
CLASSES = {
    "equal": Cell.EQUAL,
    "value_differs": Cell.VALUE_DIFFERS,
    "null_only_offline": Cell.NULL_ONLY_LEFT,
    "null_only_served": Cell.NULL_ONLY_RIGHT,
}
STEP = 0.03  # between two dots in the strip of the equal ones, in shares of the axis
RTOLS = (0.0, 1e-9, 1e-6, 1e-3, 1e-2, 1e-1, 1.0)


@dataclass(frozen=True, eq=False)
class RowSkew:
    """Shares of rows, 0 to 1.

    ``per_feature``: one row per feature, columns ``feature``, ``skewed`` and the four disjoint classes of ``CLASSES``.
    ``by_row``: the keys and ``skewed`` (does any feature differ?), rows and index as in the offline table.
    """

    per_feature: pd.DataFrame
    by_row: pd.DataFrame

    @property
    def rows(self) -> int:
        """How many rows were compared."""
        return len(self.by_row)

    @property
    def skewed_rows(self) -> float:
        """The share of rows in which at least one feature differs."""
        return float(self.by_row["skewed"].mean())

    @property
    def skewed_features(self) -> int:
        """How many features differ in at least one row."""
        return int((self.per_feature["skewed"] > 0).sum())

    def interval(self, days: ArrayLike) -> Estimate:
        """``skewed_rows`` with its 95 % interval from a bootstrap by week.

        ``days`` labels the rows of ``by_row``; raises ``ValueError`` if a series has another index, or if the number
        of labels is another.
        """
        if isinstance(days, pd.Series) and not days.index.equals(self.by_row.index):
            raise ValueError("days and the compared rows have different indexes")
        if len(np.asarray(days)) != self.rows:
            raise ValueError(f"{len(np.asarray(days))} days for {self.rows} rows")
        return estimate(Days(days).means(self.by_row["skewed"].to_numpy(float)))


def row_skew(
    offline: pd.DataFrame,
    served: pd.DataFrame,
    on: Sequence[str],
    features: Sequence[str],
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> RowSkew:
    """Hold the vectors that training would see against those the model really got.

    Rows are joined on the keys ``on``, never by position; ``table_compare.compare_tables`` says what counts as equal.
    Raises ``CannotCompare`` (a ``ValueError``) where the tables do not allow it (``table_compare.match_rows``).
    """
    left, right = match_rows(offline, served, on, features, SIDES)
    cells = {name: compare_tables(left[name], right[name], SIDES, rtol, atol) for name in features}
    skewed = np.any([column != Cell.EQUAL for column in cells.values()], axis=0)
    rows = [
        {"feature": name, "skewed": np.mean(column != Cell.EQUAL)}
        | {label: np.mean(column == cell) for label, cell in CLASSES.items()}
        for name, column in cells.items()
    ]
    return RowSkew(pd.DataFrame(rows), left[[*on]].assign(skewed=skewed))


def tolerance_sweep(
    offline: pd.DataFrame,
    served: pd.DataFrame,
    on: Sequence[str],
    features: Sequence[str],
    rtols: Sequence[float] = RTOLS,
) -> pd.DataFrame:
    """How much skew is left when numbers may differ by more: one row per ``rtol``.

    Columns ``rtol`` (relative), ``skewed_rows`` (share of rows) and ``skewed_features`` (count). Raises like
    ``row_skew``.
    """
    results = {rtol: row_skew(offline, served, on, features, rtol=rtol) for rtol in rtols}
    return pd.DataFrame(
        [
            {"rtol": rtol, "skewed_rows": result.skewed_rows, "skewed_features": result.skewed_features}
            for rtol, result in results.items()
        ]
    )


def draw(
    results: Mapping[str, RowSkew], path: Path, title: str = "Rows on which serving and training disagree"
) -> None:
    """Dots, feature × system, the most skewed feature on top; writes a PNG to ``path``.

    Where a system has no skew its dot stands in the strip left of 0 %, beside the others, not under them. Features that
    are equal in every system are named below the axis, unless that is all of them.
    """
    table = pd.DataFrame({name: result.per_feature.set_index("feature")["skewed"] for name, result in results.items()})
    worst = table.max(axis=1).sort_values(kind="stable")
    shown = table.loc[worst.index[worst > 0]] if worst.any() else table
    strip, ticks = STEP * max(len(results), 4), np.linspace(0, 1, 6)
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        axes.axvspan(-strip - STEP, -STEP / 2, color="#EFEFEF")
        for place, (system, shares) in enumerate(shown.items()):
            x = np.where(shares > 0, shares, STEP * place - strip)
            y = np.arange(len(shown)) + np.where(shares > 0, (place - (len(results) - 1) / 2) * 0.15, 0)
            axes.plot(x, y, linestyle="", label=figure_style.look(system).label, **figure_style.look(system).dot)
        axes.set(yticks=range(len(shown)), yticklabels=shown.index, ylim=(-0.6, len(shown) - 0.4))
        axes.set_xticks([-strip / 2 - STEP / 2, *ticks], ["equal", *(f"{tick:.0%}" for tick in ticks)])
        axes.set_xlim(-strip - STEP, 1.02)
        axes.set_xlabel(
            "\n".join(["share of rows that differ", *_equal_everywhere(table.index.difference(shown.index))])
        )
        figure_style.legend(figure, axes)


def _equal_everywhere(features: pd.Index) -> list[str]:
    return textwrap.wrap(f"Equal in every system: {', '.join(features)}", 85) if len(features) else []


if __name__ == "__main__":
    from measure.data.skew_command import main

    raise SystemExit(main())
