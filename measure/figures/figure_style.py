"""The house style: one colour, one marker and one hatch per system in every figure, readable from the back row.

The colours differ in lightness step by step, so they stay apart for colour-blind readers and on a grey print.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

EDGE = "#202020"
Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Look:
    """How a system appears: its name in figures, colour (hex), marker and hatch (matplotlib codes)."""

    label: str
    colour: str
    marker: str
    hatch: str

    @property
    def dot(self) -> dict[str, Any]:
        """Keywords for ``Axes.plot``; the dark edge keeps pale colours visible."""
        return {"color": self.colour, "marker": self.marker, "markeredgecolor": EDGE, "markeredgewidth": 1.2}

    def bar(self, strength: float = 1.0) -> dict[str, Any]:
        """Keywords for ``Axes.bar``; ``strength`` 1 is the full colour, 0 white."""
        return {"color": tint(self.colour, strength), "hatch": self.hatch, "edgecolor": EDGE}


OWN = {"oracle": Look("Oracle", "#000000", "*", "|"), "yours": Look("Your system", "#3B0A45", "P", "-")}
"""Those that have no card."""
CARDS = ("antipatterns/*/*/card.toml", "reference/*/*/card.toml")


def read_looks(root: Path) -> dict[str, Look]:
    """By a folder's name, the table ``look`` of its card, for all cards below ``root`` that have one; then ``OWN``."""
    cards = {
        card.parent.name: tomllib.loads(card.read_text()) for pattern in CARDS for card in sorted(root.glob(pattern))
    }
    return {name: Look(**card["look"]) for name, card in cards.items() if "look" in card} | OWN


@cache
def looks() -> Mapping[str, Look]:
    """The looks of this repository's systems. Read at the first figure: most of what imports this draws none."""
    return read_looks(Path(__file__).resolve().parents[2])


def look(system: str) -> Look:
    """A system's look; raises ``KeyError`` for a name without one."""
    if system not in looks():
        raise KeyError(f"no look for {system!r}; there is one for {', '.join(looks())}")
    return looks()[system]


def tint(colour: str, strength: float) -> str:
    """The colour mixed with white, as hex: all of it at strength 1, white at 0."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


@contextmanager
def page(path: Path, title: str) -> Iterator[Figure]:
    """An empty figure in house style, written to ``path`` as PNG when the block ends without an error.

    Nothing of the reader's own matplotlib settings enters, and the file names no date and no version: the same numbers
    give the same bytes.
    """
    with style.context(["default", "measure.figures.figure_style"]):
        figure = Figure()
        figure.suptitle(title)
        yield figure
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="png", metadata={"Software": None})


def panels(figure: Figure, results: Mapping[tuple[str, str], Shown]) -> list[tuple[Axes, dict[str, Shown]]]:
    """A panel a mode, side by side on one scale, each with its results by system; ``results`` by (system, mode)."""
    modes = list(dict.fromkeys(mode for _, mode in results))
    row = figure.subplots(1, len(modes), sharey=True, squeeze=False)[0]
    for axes, mode in zip(row, modes, strict=True):
        axes.set_title(mode.replace("_", " "))
    by_mode = [{system: result for (system, its), result in results.items() if its == mode} for mode in modes]
    return list(zip(row, by_mode, strict=True))


def legend_below(axes: Axes) -> None:
    """A legend for one panel, below it, where it hides no point."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1))


def legend(figure: Figure, axes: Axes) -> None:
    """One legend for the figure, below everything, at most five entries a line."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 5))
