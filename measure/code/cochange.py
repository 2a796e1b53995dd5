"""Ruler 5, one definition? The mutation co-change ratio: change one place of the code, and see which side moves.

*Own operationalisation* of connascence (Page-Jones 1992) by mutation analysis. A mutant that changes what training sees
of a feature and what serving sees of it has hit its one definition; a mutant that changes one side only has hit code
that the other side does not follow. Nothing is asked of a mutant that raises: that is loud, and skew is silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from measure.code.effect import ONE_SIDED, SIDES, SILENT, VERDICTS, CannotMeasure, verdict
from measure.data.days import DRAWS, SEED, Estimate, Groups, estimate
from measure.figures import figure_style

PLACE = ["file", "line"]
CHANGE = ["operator", "before", "after"]
COLUMNS = (*PLACE, "text", *CHANGE, "training_failure", "serving_failure", "features_training", "features_serving")
"""What the ruler needs of each mutant; for the last four see ``measure.code.effect``."""
STRENGTH = {"both": 1.0, "training only": 0.45, "serving only": 0.0}
WORDS = {"both": "both sides follow", "training only": "training only", "serving only": "serving only"}


@dataclass(frozen=True, eq=False)
class CoChange:
    """The ratio both / (both + one-sided) of the silent mutants, each with a 95 % interval from a bootstrap by line.

    ``by_mutant``: one vote a mutant. ``by_effect``: one vote for every feature that a mutant changed. ``by_line``: one
    vote a source line, shared evenly by its mutants. 1 is one definition, 0 is everything written twice.
    ``mutants`` are all of them, with their ``verdict``. Where all lines agree, a bootstrap has nothing to draw from and
    the interval is a point: read the number of ``lines`` with it.
    """

    mutants: pd.DataFrame
    by_mutant: Estimate
    by_effect: Estimate
    by_line: Estimate

    @property
    def counts(self) -> dict[str, int]:
        """How many mutants got each of ``VERDICTS``."""
        return {kind: int((self.mutants["verdict"] == kind).sum()) for kind in VERDICTS}

    @property
    def lines(self) -> int:
        """How many source lines the ratio rests on."""
        return len(_of(self.mutants, SILENT)[PLACE].drop_duplicates())

    @property
    def loud(self) -> dict[str, int]:
        """How many of the loud mutants made training fail, serving fail, or both."""
        training, serving = (self.mutants[f"{side}_failure"] != "" for side in SIDES)
        fails = {"training": training & ~serving, "serving": serving & ~training, "both": training & serving}
        return {side: int(failed.sum()) for side, failed in fails.items()}

    def one_sided(self) -> pd.DataFrame:
        """The mutants that the other side does not follow: ``PLACE``, text, ``CHANGE``, side, and features changed.

        ``features`` are separated by blanks. In the order of the code.
        """
        alone = _of(self.mutants, ONE_SIDED)
        features = [" ".join(dict.fromkeys(training + serving)) for training, serving in _changed(alone)]
        table = alone.assign(side=alone["verdict"].str.removesuffix(" only"), features=features)
        table = table.sort_values(PLACE, ignore_index=True)  # by two columns: stable
        return table[[*PLACE, "text", *CHANGE, "side", "features"]]

    def definitions(self, features: Sequence[str]) -> dict[str, int]:
        """Definitions of each feature: 2 if some mutants move it in training only and others in serving only.

        Else 1, or 0 if no mutant moved it. A mutant that moves both sides has met one definition, even if a single
        feature happens to show it on one side only.
        """
        alone = {
            verdict: {name for sides in _changed(_of(self.mutants, [verdict])) for side in sides for name in side}
            for verdict in SILENT
        }
        twice = alone["training only"] & alone["serving only"]
        moved = set().union(*alone.values())
        return {name: 2 if name in twice else int(name in moved) for name in features}


def judge(mutants: pd.DataFrame) -> pd.DataFrame:
    """The same rows with a ``verdict`` each, one of ``VERDICTS``."""
    return mutants.assign(verdict=[verdict(*row) for row in mutants[list(COLUMNS[-4:])].itertuples(index=False)])


def co_change(mutants: pd.DataFrame, draws: int = DRAWS, seed: int = SEED) -> CoChange:
    """The ratio of one system's mutants in one mode: a row each, with ``COLUMNS``; further columns are kept.

    A mutant counts as both if some feature changed on both sides. Raises ``CannotMeasure`` for a missing column or if
    no mutant changed a value; ``CannotDraw`` if fewer than two lines have an effect.
    """
    if missing := [name for name in COLUMNS if name not in mutants]:
        raise CannotMeasure(f"no column {missing[0]!r} in the table of mutants")
    judged = judge(mutants)
    silent = _of(judged, SILENT)
    if silent.empty:
        raise CannotMeasure(f"none of {len(mutants)} mutants changed a value on either side")
    lines = Groups(silent[PLACE].astype(str).agg(":".join, axis=1), draws, seed)
    both = (silent["verdict"] == "both").to_numpy(float)
    on_both = [len(set(training) & set(serving)) for training, serving in _changed(silent)]
    on_any = [len(set(training) | set(serving)) for training, serving in _changed(silent)]
    share = lines.sums(both) / lines.sums(np.ones(len(both)))
    return CoChange(
        judged,
        by_mutant=estimate(lines.means(both)),
        by_effect=estimate((lines.weights @ lines.sums(on_both)) / (lines.weights @ lines.sums(on_any))),
        by_line=estimate((lines.weights @ share) / lines.weights.sum(axis=1)),
    )


def _of(judged: pd.DataFrame, verdicts: Sequence[str]) -> pd.DataFrame:
    return judged[judged["verdict"].isin(verdicts)]


def _changed(mutants: pd.DataFrame) -> list[tuple[list[str], list[str]]]:
    """Per mutant, the features that changed in training and those that changed in serving."""
    training, serving = ([names.split() for names in mutants[f"features_{side}"]] for side in SIDES)
    return list(zip(training, serving, strict=True))


def draw(
    results: Mapping[tuple[str, str], CoChange], path: Path, title: str = "Change the code in one place: who follows?"
) -> None:
    """One full bar per (system, mode): mutants that move both sides, training only, serving only, with their numbers.

    Mutants that fail or have no effect are not in it. Writes a PNG to ``path``; raises ``CannotMeasure`` for no result.
    """
    if not results:
        raise CannotMeasure("a figure needs at least one system")
    labels = [f"{figure_style.look(system).label}\n{mode.replace('_', ' ')}" for system, mode in results]
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for kind, words in WORDS.items():
            axes.barh(
                0,
                0,
                color=figure_style.tint(figure_style.EDGE, STRENGTH[kind]),
                edgecolor=figure_style.EDGE,
                label=words,
            )
        for place, ((system, _), result) in enumerate(results.items()):
            _bar(axes, place, figure_style.look(system), [result.counts[kind] for kind in SILENT])
        axes.set(xlim=(0, 1), ylim=(len(results) - 0.4, -0.6), yticks=range(len(results)), yticklabels=labels)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.set_xlabel("share of the mutants that change a value and raise nothing")
        axes.grid(axis="y", visible=False)
        figure_style.legend(figure, axes)


def _bar(axes: Axes, place: int, look: figure_style.Look, counts: list[int]) -> None:
    box, left = {"boxstyle": "round", "facecolor": "white", "edgecolor": figure_style.EDGE}, 0.0
    for kind, count in zip(SILENT, counts, strict=True):
        share = count / sum(counts)
        axes.barh(place, share, left=left, height=0.6, **look.bar(STRENGTH[kind]))
        if count:
            axes.annotate(str(count), (left + share / 2, place), ha="center", va="center", bbox=box)
        left += share
