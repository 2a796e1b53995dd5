"""Ruler 12, sharing: which features feed more than one model, and is a feature of one name one feature?

*Own operationalisation.* What a model is really fed is what ``fit`` got. Equal names are not equal features: a feature
has as many definitions here as its paths (such as training and serving) have different columns of values for the same
keys. One text run at two instants can so count as two definitions, and two texts that agree as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from measure.data.table_compare import Cell, compare_tables, match_rows, require
from measure.figures import figure_style

Groups = tuple[tuple[str, ...], ...]
"""Paths that agree with the first of their group, cell by cell."""


class CannotTell(ValueError):
    """Models or paths from which no sharing can be told."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """``incidence``: features (index, in the order met) × models (columns), True where the model is fed the feature.

    ``definitions``: for each of these features, its paths in groups of equal values.
    """

    incidence: pd.DataFrame
    definitions: Mapping[str, Groups]

    @property
    def per_feature(self) -> pd.DataFrame:
        """One row per feature: ``feature``, ``models`` that use it and ``definitions`` (counts, 1 or more)."""
        counts = [len(self.definitions[name]) for name in self.incidence.index]
        models = self.incidence.sum(axis=1).to_numpy()
        return pd.DataFrame({"feature": self.incidence.index, "models": models, "definitions": counts})

    @property
    def shared(self) -> float:
        """By name: of the features used, the share (0 to 1) that feeds two models or more."""
        return float((self.per_feature["models"] >= 2).mean())

    @property
    def shared_by_value(self) -> float:
        """By value: of the features used, the share (0 to 1) that feeds two models or more from one definition."""
        table = self.per_feature
        return float(((table["models"] >= 2) & (table["definitions"] == 1)).mean())

    @property
    def per_model(self) -> pd.DataFrame:
        """One row per model: ``model``, ``features`` it is fed (count), ``one_definition``, the share with only one."""
        single = self.per_feature["definitions"].to_numpy() == 1
        fed = self.incidence.to_numpy()
        shares = (fed & single[:, None]).sum(axis=0) / fed.sum(axis=0)
        return pd.DataFrame({"model": self.incidence.columns, "features": fed.sum(axis=0), "one_definition": shares})

    @property
    def models_fed_by_one_definition(self) -> int:
        """How many models get every feature from one definition."""
        return int((self.per_model["one_definition"] == 1).sum())


def sharing(models: Mapping[str, Sequence[str]], paths: Mapping[str, pd.DataFrame], on: Sequence[str]) -> Sharing:
    """Tell who shares what.

    ``models``: per model, the names of the features that ``fit`` got. ``paths``: per path, a table of the feature
    values that it makes, all for the same keys ``on``; a path need not make every feature. Values are equal as in
    ``table_compare.compare_tables``. Raises ``CannotTell`` (a ``ValueError``) for no model, fewer than two paths, a
    model without features or with one twice, and for a feature that no path makes; ``CannotCompare`` where two tables
    allow no comparison.
    """
    for model, names in models.items():
        if not names or len(set(names)) < len(names):
            raise CannotTell(f"model {model!r} has {len(names)} features, {len(set(names))} of them different")
    if not models or len(paths) < 2:
        raise CannotTell(f"{len(models)} models and {len(paths)} paths: sharing takes one model and two paths at least")
    features = list(dict.fromkeys(name for names in models.values() for name in names))
    tables = _aligned(paths, on)
    fed = {model: [name in names for name in features] for model, names in models.items()}
    definitions = {name: _groups(name, tables) for name in features}
    return Sharing(pd.DataFrame(fed, index=pd.Index(features, name="feature")), definitions)


def draw(results: Mapping[str, Sharing], path: Path, title: str = "Who shares which feature") -> None:
    """Features down, models across, a block per system; writes a PNG to ``path``.

    A full cell: the model is fed a feature of one definition; a cell cut in two, one of several.
    """
    features = list(dict.fromkeys(name for result in results.values() for name in result.incidence.index))
    with figure_style.page(path, title) as figure:
        blocks = figure.subplots(1, len(results), sharey=True, squeeze=False)[0]
        for axes, (system, result) in zip(blocks, results.items(), strict=True):
            _block(axes, system, result, features)
        blocks[0].set_yticks(range(len(features)), features, fontsize=min(18, 420 / len(features)))
        figure.supxlabel(
            "full: one definition; cut in two: not all paths, such as training and serving, hold the same values",
            fontsize=18,
        )


def _aligned(paths: Mapping[str, pd.DataFrame], on: Sequence[str]) -> dict[str, pd.DataFrame]:
    """All tables with their rows in the order of the first."""
    first, *others = paths
    found = {path: match_rows(paths[first], paths[path], on, on, (first, path))[1] for path in others}
    return {first: paths[first], **found}


def _groups(name: str, tables: Mapping[str, pd.DataFrame]) -> Groups:
    """Each path joins the first group whose first member it equals, as "nearly equal" is not transitive."""
    groups: list[list[str]] = []
    for path, table in tables.items():
        if name in table:
            require(table, [name], path)
            equal = [group for group in groups if _same(name, tables, (group[0], path))]
            equal[0].append(path) if equal else groups.append([path])
    if not groups:
        raise CannotTell(f"no path makes the feature {name!r}")
    return tuple(map(tuple, groups))


def _same(name: str, tables: Mapping[str, pd.DataFrame], sides: tuple[str, str]) -> bool:
    return bool((compare_tables(tables[sides[0]][name], tables[sides[1]][name], sides) == Cell.EQUAL).all())


def _block(axes: Axes, system: str, result: Sharing, features: Sequence[str]) -> None:
    for model, name in zip(*np.nonzero(result.incidence.T.to_numpy()), strict=True):
        feature = result.incidence.index[name]
        _cell(axes, system, model, features.index(feature), len(result.definitions[feature]) == 1)
    axes.set_xticks(range(result.incidence.shape[1]), result.incidence.columns)
    axes.set(title=figure_style.look(system).label, ylim=(len(features) - 0.4, -0.6))
    axes.set_xlim(-0.6, result.incidence.shape[1] - 0.4)
    axes.tick_params(length=0)
    axes.grid(visible=False)


def _cell(axes: Axes, system: str, x: int, y: int, is_whole: bool) -> None:
    colour = figure_style.look(system).colour
    axes.add_patch(Rectangle((x - 0.44, y - 0.44), 0.88, 0.88, fc=colour, ec=figure_style.EDGE))
    if not is_whole:
        corner = [(x - 0.44, y - 0.44), (x + 0.44, y - 0.44), (x + 0.44, y + 0.44)]
        axes.add_patch(Polygon(corner, fc=figure_style.tint(colour, 0.12), ec=figure_style.EDGE))
