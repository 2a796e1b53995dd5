"""A matrix of outcomes for each of several things: who made it down, who uses it across, the worse the darker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from measure.figures import figure_style


@dataclass(frozen=True)
class Shade:
    """How a cell of one outcome looks: its letter, how dark (0 white to 1 black), and what it means, in words."""

    letter: str
    dark: float
    meaning: str


def draw(
    panels: Mapping[str, Mapping[tuple[str, str], str]],
    shades: Mapping[str, Shade],
    sides: tuple[str, str],
    path: Path,
    title: str,
) -> None:
    """A panel each, by its title: outcomes by (made by, used by); writes a PNG to ``path``.

    ``shades``: by outcome; ``sides``: what stands down and across, in words. Raises ``KeyError`` for an outcome without
    a shade.
    """
    names = list(dict.fromkeys(name for cells in panels.values() for pair in cells for name in pair))
    with figure_style.page(path, title) as figure:
        row = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (label, cells) in zip(row, panels.items(), strict=True):
            _draw_panel(axes, label, cells, names, shades)
            axes.set_xlabel(sides[1], fontsize=15)
        row[0].set_ylabel(sides[0])
        figure.supxlabel("   ".join(f"{shade.letter}: {shade.meaning}" for shade in shades.values()), fontsize=17)


def _draw_panel(
    axes: Axes, label: str, cells: Mapping[tuple[str, str], str], names: Sequence[str], shades: Mapping[str, Shade]
) -> None:
    for (made, used), outcome in cells.items():
        _draw_cell(axes, names.index(used), names.index(made), shades[outcome])
    edge = len(names) - 0.5
    axes.set(xlim=(-0.5, edge), ylim=(edge, -0.5), aspect="equal")
    axes.set_title(label, fontsize=17)
    axes.set_xticks(range(len(names)), names, fontsize=10, rotation=90)
    axes.set_yticks(range(len(names)), names, fontsize=12)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _draw_cell(axes: Axes, x: int, y: int, shade: Shade) -> None:
    colour = figure_style.tint(figure_style.EDGE, shade.dark)
    axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fc=colour, ec=figure_style.EDGE, lw=0.6))
    ink = "white" if shade.dark > 0.5 else figure_style.EDGE
    axes.annotate(shade.letter, (x, y), ha="center", va="center", fontsize=11, color=ink, weight="bold")
