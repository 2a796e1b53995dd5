"""Ruler 2, what a monitor would have seen: does an alarm on distributions notice that serving and training disagree?

A monitor compares distributions and knows no keys: it cannot see two rows that hold each other's values. Sources:
Breck et al. 2019, "Data Validation for Machine Learning"; Rabanser et al. 2019, "Failing Loudly". The no-skew floor
under each distance is a permutation test (see ``measure.data.distances``). Beside it stands what many shops use: PSI
with
its alarm at 0.2, which is folklore (what no skew at all reaches depends on the number of rows; Yurdakul 2018), and the
Kolmogorov-Smirnov test, whose p-value goes to 0 with the number of rows.
"""

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from measure.data.alarms import alarms
from measure.data.skew import RowSkew
from measure.data.table_compare import CannotCompare, require
from measure.figures import figure_style

DRAWS = 200
SEED = 2013
PSI_ALARM = 0.2
NAMED = 3  # features named in the figure
LIFTED: dict[str, Any] = {
    "textcoords": "offset points",
    "ha": "center",
    "fontweight": "bold",
    "bbox": {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": figure_style.EDGE},
    "arrowprops": {"arrowstyle": "-", "color": figure_style.EDGE, "linewidth": 1.5},
}
"""A number in a ring, held by a line to the point it belongs to."""


@dataclass(frozen=True, eq=False)
class Monitored:
    """``per_feature``: one row per feature, in the order asked for.

    Columns: ``feature``; ``kind``, "number" or "category"; ``distance`` from offline to served, 0 to 1 (Jensen-Shannon
    for numbers, L-infinity for categories); ``floor``, above which no skew comes one time in twenty; ``above_floor``;
    ``psi``; ``ks`` and its p-value ``ks_p``, null for categories and where a side holds no value; ``drift``, the
    distance from training to offline: what the season alone does.
    """

    per_feature: pd.DataFrame

    @property
    def above_floor(self) -> int:
        """How many features are further apart than without skew."""
        return int(self.per_feature["above_floor"].sum())

    @property
    def psi_alarms(self) -> int:
        """How many features reach the customary PSI of 0.2."""
        return int((self.per_feature["psi"] >= PSI_ALARM).sum())


def monitored(
    training: pd.DataFrame,
    offline: pd.DataFrame,
    served: pd.DataFrame,
    features: Sequence[str],
    categories: Collection[str] = (),
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Monitored:
    """Compare the distributions of what training would see (``offline``) and what the model really got (``served``).

    Numbers go into 20 quantile bins of ``training``, nulls into a bin of their own; the features that ``categories``
    names, and booleans, are counted by value. The rows need no keys and no order: the floor takes the two tables for
    independent samples, as a monitor must. Raises ``CannotCompare`` (a ``ValueError``) for no feature, a missing
    column, a table without rows, a category that is no feature, and types without a common distribution.
    """
    tables = {"training": training, "offline": offline, "served": served}
    if not features or set(categories) - set(features):
        raise CannotCompare(f"no such feature to monitor: {sorted(set(categories) - set(features)) or 'none named'}")
    for side, table in tables.items():
        require(table, features, side)
    found = {
        name: alarms(name, {side: table[name] for side, table in tables.items()}, name in categories, draws, seed)
        for name in features
    }
    return Monitored(pd.DataFrame([{"feature": name} | asdict(seen) for name, seen in found.items()]))


def draw(
    results: Mapping[str, tuple[Monitored, RowSkew]], path: Path, title: str = "What a monitor would have seen"
) -> None:
    """Distance of the distributions against row skew, a marker per feature; writes a PNG to ``path``.

    Filled above the no-skew floor, hollow where the monitor stays silent. The features with most skew for their
    distance are named; the dashed line is the median drift.
    """
    points = pd.concat([_joined(*pair).assign(system=system) for system, pair in results.items()], ignore_index=True)
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for system, table in points.groupby("system", sort=False):
            _dots(axes, str(system), table)
        season = points["drift"].median()
        axes.axhline(season, color=figure_style.EDGE, linestyle="--", linewidth=2, label="the season alone (median)")
        top = 1.15 * max(points["distance"].max(), season, 0.01)
        axes.set(xlim=(-0.02, 1.05), ylim=(-0.04 * top, top), ylabel="distance of the distributions, 0 to 1")
        axes.set_xticks(ticks := np.linspace(0, 1, 6), [f"{tick:.0%}" for tick in ticks])
        axes.set_xlabel("row skew: share of rows that differ\nfilled: above the no-skew floor; hollow: not above it")
        _name_surprises(axes, points)
        figure_style.legend(figure, axes)


def _joined(seen: Monitored, skew: RowSkew) -> pd.DataFrame:
    return seen.per_feature.merge(skew.per_feature[["feature", "skewed"]], on="feature", validate="one_to_one")


def _dots(axes: Axes, system: str, table: pd.DataFrame) -> None:
    look, alarm = figure_style.look(system), table["above_floor"]
    axes.plot([], [], linestyle="", label=look.label, **look.dot)
    for rows, dot in ((table[alarm], look.dot), (table[~alarm], look.dot | {"markerfacecolor": "none"})):
        axes.plot(rows["skewed"], rows["distance"], linestyle="", **dot | {"markeredgecolor": look.colour})


def _name_surprises(axes: Axes, points: pd.DataFrame) -> None:
    """Number the points furthest to the lower right: many rows differ, and the monitor sees little of it."""
    surprise = points["skewed"] - points["distance"] / axes.get_ylim()[1]
    found = points.assign(surprise=surprise).query("skewed > 0").nlargest(NAMED, "surprise")
    found = found.sort_values("skewed", kind="stable")  # from left to right
    names = []
    for number, row in enumerate(found.itertuples(), start=1):
        aside = 40 * (number - NAMED)  # so that two features in one place keep their numbers
        axes.annotate(str(number), (row.skewed, row.distance), (aside, 105), **LIFTED)
        names.append(f"{number}:\u00a0{row.feature} ({figure_style.look(str(row.system)).label})")
    heading = f"Much skew, little to be seen: {', '.join(names)}" if names else "No feature differs in any row"
    axes.set_title(textwrap.fill(heading, 100), loc="left", fontsize=18)
