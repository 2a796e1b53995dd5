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

from measure.data.days import Days, Estimate, estimate, sum_by_day
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
ANSWERS = ("believed", "served")
SUMS = ("skewed", "flips", *ANSWERS)

Draws = NDArray[np.float64]


class CannotAblate(ValueError):
    """Arms that are not about the same rows, or not there."""


@dataclass(frozen=True)
class Effect:
    """The figures of one arm, each with its 95 % interval (bootstrap by week, the same weeks in all arms).

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


def sum_arm(table: pd.DataFrame, *, threshold: float = 0.5) -> pd.DataFrame:
    """One arm's answers as sums by day, all that the ablation needs of them: ``day``, ``rows`` and ``SUMS``.

    The table has ``COLUMNS``: ``row`` identifies the row, ``late`` is 0 or 1, ``skewed`` a bool, ``believed`` and
    ``served`` are probabilities of the arm's own model on offline and on served features; of the last two, the sums are
    log losses in nats. Raises ``CannotAblate`` for a missing column.
    """
    if missing := [column for column in COLUMNS if column not in table]:
        raise CannotAblate(f"an arm has no column {missing}")
    table = table.sort_values("row", ignore_index=True)  # so that sums do not depend on the order of the rows
    late, believed, served = table["late"].to_numpy(bool), *(table[side].to_numpy(float) for side in ANSWERS)
    flips = (believed >= threshold) != (served >= threshold)
    losses = log_losses(late, believed), log_losses(late, served)
    figures = dict(zip(SUMS, (table["skewed"].to_numpy(float), flips, *losses), strict=True))
    return sum_by_day(table["day"], figures)


def ablation(arms: Mapping[str, pd.DataFrame], none: str, every: str) -> Ablation:
    """Compare arms, one table each as ``sum_arm`` makes them; ``none`` and ``every`` name those without and with all
    cures. Raises ``CannotAblate`` for a missing arm, and for arms with other numbers of rows on a day.
    """
    if missing := {none, every} - set(arms):
        raise CannotAblate(f"no arm named {sorted(missing)}; there are {sorted(arms)}")
    rows = _count_rows(arms[none])
    if different := [name for name, table in arms.items() if not _count_rows(table).equals(rows)]:
        raise CannotAblate(f"other rows than in {none!r}: {different}")
    days = Days(arms[none]["day"])
    means = {name: {key: days.ratios(table[key], table["rows"]) for key in SUMS} for name, table in arms.items()}
    drawn = {name: _draws(of, means[every]["served"]) for name, of in means.items()}
    saved = {name: {key: drawn[none][key] - values[key] for key in values} for name, values in drawn.items()}
    return Ablation(_effects(drawn), _effects(saved))


def _count_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table[["day", "rows"]].reset_index(drop=True)


def _draws(means: Mapping[str, Draws], cured: Draws) -> dict[str, Draws]:
    loss, promised = means["served"], means["believed"]
    figures = {"gap": loss - promised, "harm": loss - cured, "promise": cured - promised}
    return {"skewed": means["skewed"], "flips": means["flips"], **figures}


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
