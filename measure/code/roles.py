"""Debt, glue code: which share of a system's syntax tree computes something, and which only carries it about?

Glue is the supporting code that gets data into and out of general-purpose packages (Sculley et al. 2015, "Hidden
technical debt in machine learning systems"). *Own operationalisation*, from the text alone: a node of the tree has the
role of the nearest call, name or operator around it that decides one; ``roles.toml`` says which names decide what.

- *computing*: arithmetic, comparisons of size, and the table's windows, joins, aggregates.
- *learning*, *answering*: fitting, predicting, and names of packages that learn.
- *glue*: names of packages that store, serve or carry; renames and conversions; text and paths put together; and all
  of a class that derives from such a package's class, as it is written to that package's interface.
- *passing on*: what nothing decides: calls of one's own functions, look-ups, branches on words, returns.

Left out is what does nothing: imports, annotations, docstrings. A system loses by talking to more packages and by
having more parts that hand values on; one that does its work in a table library's words, in one place, wins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from measure.code.names import Module, read_modules
from measure.code.sources import list_python_files
from measure.code.tagging import GLUE, PASSING, Tagger, Vocabulary, read_vocabulary
from measure.figures import figure_style

ROLES = ("computing", "learning", "answering", PASSING, GLUE)
SHADES = {GLUE: 1.0, PASSING: 0.5, "answering": 0.2, "learning": 0.2, "computing": 0.0}
"""In the order of the bars, from the left."""


@dataclass(frozen=True, eq=False)
class Roles:
    """``lines``: a row per file, line and role, with ``nodes`` and the line's ``text``, in the order of the code."""

    lines: pd.DataFrame

    @property
    def nodes(self) -> dict[str, int]:
        """How many nodes each of ``ROLES`` has."""
        return {role: int(self.lines.loc[self.lines["role"] == role, "nodes"].sum()) for role in ROLES}

    @property
    def shares(self) -> dict[str, float]:
        """The shares of ``ROLES``, together 1."""
        return {role: nodes / sum(self.nodes.values()) for role, nodes in self.nodes.items()}

    @property
    def glue(self) -> float:
        """The narrow share: glue alone."""
        return self.shares[GLUE]

    @property
    def carrying(self) -> float:
        """The wide share: glue, and what only passes on."""
        return self.shares[GLUE] + self.shares[PASSING]


def roles(paths: Sequence[Path], words: Vocabulary | None = None) -> Roles:
    """The roles of all code in these files and folders; raises ``measure.code.sources.CannotRead``."""
    rows = [
        row
        for file, module in zip(list_python_files(paths), read_modules(paths), strict=True)
        for row in _rows(module, file, words or read_vocabulary())
    ]
    table = pd.DataFrame(rows, columns=["file", "line", "role", "text"])
    counted = table.groupby(["file", "line", "role", "text"], sort=True).size()
    return Roles(counted.rename("nodes").reset_index())


def _rows(module: Module, file: Path, words: Vocabulary) -> Iterator[tuple[str, int, str, str]]:
    text = file.read_text().splitlines()
    for line, role in Tagger(module, words).tagged(module.tree, PASSING, 1):
        yield str(file), line, role, text[line - 1].strip()


def draw(results: Mapping[str, Mapping[str, float]], path: Path, title: str = "What does the code do?") -> None:
    """One full bar per system: ``Roles.shares``, glue first. Writes a PNG to ``path``."""
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for place, (system, shares) in enumerate(results.items()):
            _bar(axes, place, figure_style.look(system), shares)
        axes.set(xlim=(0, 1), ylim=(len(results) - 0.4, -0.6))
        axes.set_yticks(range(len(results)), [figure_style.look(system).label for system in results])
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.set_xlabel("share of the nodes of the syntax tree that do something")
        axes.grid(axis="y", visible=False)
        words = {GLUE: 1.0, PASSING: 0.5, "answering and learning": 0.2, "computing": 0.0}
        keys = [
            Patch(fc=figure_style.tint(figure_style.EDGE, shade), ec=figure_style.EDGE, label=word)
            for word, shade in words.items()
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys))


def _bar(axes: Axes, place: int, look: figure_style.Look, shares: Mapping[str, float]) -> None:
    box, left = {"boxstyle": "round", "facecolor": "white", "edgecolor": figure_style.EDGE}, 0.0
    for role, shade in SHADES.items():
        axes.barh(place, shares[role], left=left, height=0.6, **look.bar(shade))
        if shares[role] >= 0.05:
            axes.annotate(f"{shares[role]:.0%}", (left + shares[role] / 2, place), ha="center", va="center", bbox=box)
        left += shares[role]
