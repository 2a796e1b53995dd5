"""Ruler 3, believed vs served: what the offline evaluation promises of a model, and what serving delivers.

The same rows and the same model, once on offline features and once on served ones: training-serving skew in performance
(Zinkevich, "Rules of Machine Learning", rule 37). Both gaps are positive where serving is worse than believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from measure.data.days import DRAWS, SEED, Days, Estimate, estimate
from measure.data.scores import Floats, auc_draws, log_losses
from measure.figures import figure_style

PANELS = {
    "log_loss": ("Log loss (less is better)", "gap: served − believed, 95 % interval"),
    "auc": ("AUC (more is better)", "gap: believed − served, 95 % interval"),
}
LINES = {"batch": "--", "real_time": "-"}


class CannotScore(ValueError):
    """Labels or predictions that have no log loss or no AUC."""


@dataclass(frozen=True)
class Quality:
    """One set of predictions: ``log_loss`` in nats a row, less is better; ``auc`` from 0 to 1, more is better."""

    log_loss: Estimate
    auc: Estimate


@dataclass(frozen=True)
class BelievedVsServed:
    """Each figure with its 95 % interval, paired by week.

    ``log_loss_gap`` (primary) is served - believed, ``auc_gap`` is believed - served: above 0, serving is worse than
    believed. ``flips`` is the share of rows (0 to 1) on which the decision ``probability >= threshold`` differs.
    """

    rows: int
    days: int
    believed: Quality
    served: Quality
    oracle: Quality | None
    log_loss_gap: Estimate
    auc_gap: Estimate
    flips: Estimate
    threshold: float


def believed_vs_served(
    late: ArrayLike,
    day: ArrayLike,
    believed: ArrayLike,
    served: ArrayLike,
    *,
    oracle: ArrayLike | None = None,
    threshold: float = 0.5,
    draws: int = DRAWS,
    seed: int = SEED,
) -> BelievedVsServed:
    """Compare one model's predictions on offline and on served features, of the same rows in the same order.

    ``late``: 0 or 1; ``day``: a sortable label; ``believed``, ``served`` and ``oracle``: probabilities of 1; each of
    shape (rows,). Raises ``CannotScore`` for series with different indexes, for different lengths, for labels other
    than 0 and 1 or only one of them, and for anything that is no probability; ``CannotDraw`` for fewer than two days. A
    draw without both labels has no AUC and is left out of its interval.
    """
    given = {"late": late, "day": day, "believed": believed, "served": served, "oracle": oracle}
    _same_rows({name: values for name, values in given.items() if values is not None})
    truth, days = _truth(late), Days(day, draws, seed)
    sets = {
        name: _probabilities(given[name], name) for name in ("believed", "served", "oracle") if given[name] is not None
    }
    losses = {name: days.means(log_losses(truth, p)) for name, p in sets.items()}
    aucs = {name: auc_draws(truth, p, days) for name, p in sets.items()}
    quality = {name: Quality(estimate(losses[name]), estimate(aucs[name])) for name in sets}
    return BelievedVsServed(
        rows=len(truth),
        days=days.count,
        believed=quality["believed"],
        served=quality["served"],
        oracle=quality.get("oracle"),
        log_loss_gap=estimate(losses["served"] - losses["believed"]),
        auc_gap=estimate(aucs["believed"] - aucs["served"]),
        flips=estimate(days.means((sets["believed"] >= threshold) != (sets["served"] >= threshold))),
        threshold=threshold,
    )


def log_loss_gap(late: ArrayLike, day: ArrayLike, believed: ArrayLike, served: ArrayLike) -> Estimate:
    """The primary figure of ``believed_vs_served`` alone, without the AUC, which takes the time; raises alike."""
    given = {"late": late, "day": day, "believed": believed, "served": served}
    _same_rows(given)
    truth, days = _truth(late), Days(day)
    before, after = (
        days.means(log_losses(truth, _probabilities(given[name], name))) for name in ("believed", "served")
    )
    return estimate(after - before)


def draw(
    results: Mapping[tuple[str, str], BelievedVsServed], path: Path, title: str = "What is believed, what is served"
) -> None:
    """Slopes from believed to served, one line per (system, mode), with intervals; writes a PNG to ``path``.

    Left log loss, right AUC; batch is dashed, the oracle stands apart where given, gaps in the legends.
    """
    ticks = ["believed", "served", "oracle"][: 3 if any(r.oracle for r in results.values()) else 2]
    with figure_style.page(path, title) as figure:
        for axes, (score, (heading, gaps)) in zip(figure.subplots(1, 2), PANELS.items(), strict=True):
            for place, ((system, mode), result) in enumerate(results.items()):
                _slope(axes, system, mode, result, score, (place - (len(results) - 1) / 2) * 0.06)
            axes.set(title=heading, xticks=range(len(ticks)), xticklabels=ticks, xlim=(-0.4, len(ticks) - 0.6))
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), title=gaps, handlelength=4.5)


def _slope(axes: Axes, system: str, mode: str, result: BelievedVsServed, score: str, dodge: float) -> None:
    look, gap = figure_style.look(system), getattr(result, f"{score}_gap")
    label, line = f"{look.label}, {mode.replace('_', ' ')}: {gap}", LINES.get(mode, "-")
    points = [getattr(q, score) for q in (result.believed, result.served, result.oracle) if q]
    places, values = np.arange(len(points)) + dodge, [point.value for point in points]
    axes.vlines(places, [p.low for p in points], [p.high for p in points], look.colour, linewidth=3)
    axes.plot(places[:2], values[:2], linestyle=line, label=label, **look.dot)
    axes.plot(places[2:], values[2:], linestyle="", **look.dot)


def _same_rows(given: Mapping[str, ArrayLike]) -> None:
    """Refuse what cannot be about the same rows."""
    lengths = {name: len(np.asarray(values)) for name, values in given.items()}
    if len(set(lengths.values())) > 1:
        raise CannotScore(f"different numbers of rows: {lengths}")
    indexes = [values.index for values in given.values() if isinstance(values, pd.Series)]
    if any(not index.equals(indexes[0]) for index in indexes):
        raise CannotScore("the series have different indexes: bring their rows together first")


def _truth(late: ArrayLike) -> NDArray[np.bool_]:
    labels = np.asarray(late)
    if set(np.unique(labels)) != {0, 1}:
        raise CannotScore(f"late must hold 0 and 1, both of them; got {np.unique(labels)[:5].tolist()}")
    return labels.astype(bool)


def _probabilities(values: ArrayLike | None, name: str) -> Floats:
    probability = np.asarray(values, dtype=np.float64)
    wrong = ~((probability >= 0) & (probability <= 1))
    if wrong.any():
        raise CannotScore(f"{wrong.sum()} of {name} are no probability (0 to 1, no nulls)")
    return probability
