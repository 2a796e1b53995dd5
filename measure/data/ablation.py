"""Cause ablation: what each cause of skew costs by itself, by curing it alone, and by curing all but it.

*Own operationalisation*, after the ablation study (Newell 1975). Two figures per cause, because causes hide one
another: what is *saved* by curing it first, and what it costs when it is *left alone*. They add up to the whole only if
causes do not interact; the table shows how far they do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from measure.data.days import Days, Estimate, estimate
from measure.data.scores import log_losses
from measure.figures import figure_style

FIGURES = {
    "skewed": "rows that differ",
    "gap": "served − believed log loss",
    "flips": "decisions flipped",
    "harm": "harm to the served log loss",
    "promise": "empty promise",
}
NATS = {"gap", "harm", "promise"}
COLUMNS = ("row", "day", "late", "skewed", "believed", "served")

Draws = NDArray[np.float64]


class CannotAblate(ValueError):
    """Arms that are not about the same rows, or not there."""


@dataclass(frozen=True)
class Effect:
    """The figures of one arm, each with its 95 % interval (bootstrap by day, the same days in all arms).

    ``skewed`` and ``flips`` are shares of rows, 0 to 1. ``gap`` is served minus believed log loss in nats. ``harm`` is
    the served log loss minus that of the model from the arm with all cures, on the same served vectors: the part of a
    gap that serving really pays. ``promise`` is the rest, gap minus harm: what nobody could have served.
    """

    skewed: Estimate
    gap: Estimate
    flips: Estimate
    harm: Estimate
    promise: Estimate


@dataclass(frozen=True)
class Ablation:
    """``arms``: every arm's figures as they are. ``saved``: what curing it takes away from the arm without cures."""

    arms: Mapping[str, Effect]
    saved: Mapping[str, Effect]


def ablation(arms: Mapping[str, pd.DataFrame], none: str, every: str, *, threshold: float = 0.5) -> Ablation:
    """Compare arms, one table each with the columns ``COLUMNS``; ``none`` and ``every`` name those without and with
    all cures.

    ``row`` identifies the row, ``late`` is 0 or 1, ``skewed`` a bool, ``believed`` and ``served`` are probabilities of
    the arm's own model on offline and on served features. Raises ``CannotAblate`` for a missing arm or column, and for
    arms with different rows.
    """
    if missing := {none, every} - set(arms):
        raise CannotAblate(f"no arm named {sorted(missing)}; there are {sorted(arms)}")
    tables = {name: _in_order(name, table) for name, table in arms.items()}
    rows = tables[none]
    if different := [name for name, table in tables.items() if not table["row"].equals(rows["row"])]:
        raise CannotAblate(f"other rows than in {none!r}: {different}")
    days, late = Days(rows["day"]), rows["late"].to_numpy(bool)
    cured = days.means(log_losses(late, tables[every]["served"].to_numpy(float)))
    drawn = {name: _draws(table, late, days, cured, threshold) for name, table in tables.items()}
    saved = {name: {key: drawn[none][key] - values[key] for key in values} for name, values in drawn.items()}
    return Ablation(_effects(drawn), _effects(saved))


def _in_order(name: str, table: pd.DataFrame) -> pd.DataFrame:
    if missing := [column for column in COLUMNS if column not in table]:
        raise CannotAblate(f"{name!r} has no column {missing}")
    return table.sort_values("row", ignore_index=True)


def _draws(
    table: pd.DataFrame, late: NDArray[np.bool_], days: Days, cured: Draws, threshold: float
) -> dict[str, Draws]:
    believed, served = (table[side].to_numpy(float) for side in ("believed", "served"))
    loss, promised = days.means(log_losses(late, served)), days.means(log_losses(late, believed))
    return {
        "skewed": days.means(table["skewed"].to_numpy(float)),
        "gap": loss - promised,
        "flips": days.means((believed >= threshold) != (served >= threshold)),
        "harm": loss - cured,
        "promise": cured - promised,
    }


def _effects(drawn: Mapping[str, Mapping[str, Draws]]) -> dict[str, Effect]:
    return {
        name: Effect(**{key: estimate(values) for key, values in figures.items()}) for name, figures in drawn.items()
    }


def draw(
    effects: Mapping[str, Effect], system: str, path: Path, figures: Sequence[str] = ("gap", "flips"), title: str = ""
) -> None:
    """A row per arm, a panel per figure, dots with intervals, in the order given; writes a PNG to ``path``.

    Figures in nats share one scale, so that a long bar in one panel is a long bar in the other.
    """
    with figure_style.page(path, title or f"What each cause costs: {figure_style.look(system).label}") as figure:
        nats = set(figures) <= NATS
        panels = figure.subplots(1, len(figures), sharex=nats, sharey=True, squeeze=False)[0]
        for axes, key in zip(panels, figures, strict=True):
            _dots(axes, system, [getattr(effect, key) for effect in effects.values()])
            axes.set(title=FIGURES[key])
            axes.locator_params(axis="x", nbins=4)
        panels[0].set_yticks(range(len(effects)), list(effects))
        panels[0].invert_yaxis()


def _dots(axes: Axes, system: str, estimates: list[Estimate]) -> None:
    places = range(len(estimates))
    axes.axvline(0, color=figure_style.EDGE, linewidth=1.5)
    axes.hlines(places, [e.low for e in estimates], [e.high for e in estimates], figure_style.EDGE, linewidth=3)
    axes.plot([e.value for e in estimates], places, linestyle="", **figure_style.look(system).dot)
