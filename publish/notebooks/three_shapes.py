"""The shapes as pictures: the map of three pipelines, and the systems side by side, as docs/shapes.toml has them."""

import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from lab.engine.workspace import REPOSITORY
from measure.figures import figure_style

THREE_SHAPES = REPOSITORY / "docs" / "three_shapes.png"
KEY = "Black: feature code.  Frame: ships alone.  Dashed: data"
STORED = "the same stored values"
Say = Callable[[str], str]
"""Gives words in another language."""
FILLS = {"features": "#202020", "upkeep": "#646464", "training": "#A8A8A8", "inference": "#E4E4E4", "data": "white"}


class Box(NamedTuple):
    """A box by its lower left corner and size, in tenths of its panel; ``kind`` is a key of ``FILLS``
    or a system; ``scale`` is the size of its letters.

    A box of a system's kind is a frame: one program, shipped and started as a whole.
    """

    x: float
    y: float
    width: float
    height: float
    text: str
    kind: str
    scale: float = 1


Arrow = tuple[float, float, float, float]
"""Data goes from one point (x, y) to another."""
Part = Box | Arrow


def _read_part(written: Mapping[str, Any]) -> Part:
    if "arrow" in written:
        x, y, to_x, to_y = written["arrow"]
        return x, y, to_x, to_y
    x, y, width, height = written["box"]
    return Box(x, y, width, height, written["text"], written["kind"], written.get("scale", 1))


WRITTEN = tomllib.loads((REPOSITORY / "docs" / "shapes.toml").read_text())
SHAPES = {name: [_read_part(part) for part in picture["parts"]] for name, picture in WRITTEN.items()}
"""By system."""
MAP = SHAPES.pop("map")


def draw_three_shapes(path: Path) -> None:
    """The systems side by side; writes a PNG to ``path``."""
    with figure_style.page(path, KEY) as figure:
        fill_with_systems(figure, 28, 22)


def draw_pipelines(path: Path) -> None:
    """The mental map: features, store, training, registry, inference; writes a PNG to ``path``."""
    with figure_style.page(path, "Three pipelines, and the two places where they meet") as figure:
        fill_with_map(figure, 1.7, 24)


def fill_with_systems(figure: Figure, title: float, size: float, say: Say = str) -> None:
    """Draw the systems side by side, with titles of ``title`` points and letters of ``size``."""
    for axes, (system, parts) in zip(figure.subplots(1, 3), SHAPES.items(), strict=True):
        axes.set_title(say(figure_style.look(system).label), fontsize=title, fontweight="bold")
        draw(axes, parts, size, say)


def fill_with_map(figure: Figure, height: float, size: float, say: Say = str) -> None:
    """Draw the mental map; what stands on the long way round, at ``height``, has letters of ``size`` points."""
    axes = figure.subplots()
    draw(axes, MAP, 25, say)
    axes.plot([4.05, 4.05, 8.9], [4.1, 2.45, 2.45], color="black", linewidth=3, solid_joinstyle="miter")
    axes.text(6.4, height, say(STORED), fontsize=size, ha="center")


def draw(axes: Axes, parts: Sequence[Part], size: float, say: Say = str) -> None:
    """The parts of one shape, with letters of ``size`` points."""
    axes.set(xlim=(-0.2, 10.3), ylim=(-0.4, 10))
    axes.set_axis_off()
    for part in parts:
        if isinstance(part, Box):
            _draw_box(axes, part._replace(text=say(part.text)), size)
        else:
            axes.annotate("", part[2:], part[:2], arrowprops={"arrowstyle": "-|>", "lw": 3})


def _draw_box(axes: Axes, box: Box, size: float) -> None:
    frame, data = box.kind in figure_style.looks(), box.kind == "data"
    edge = figure_style.look(box.kind).colour if frame else figure_style.EDGE
    shape = FancyBboxPatch((box.x, box.y), box.width, box.height, "round,pad=0,rounding_size=0.15")
    shape.set(fc=FILLS.get(box.kind, "none"), ec=edge, lw=5 if frame else 2, ls="--" if data else "-")
    axes.add_patch(shape)
    middle = box.x + box.width / 2
    height, vertical = (box.y + box.height - 0.25, "top") if frame else (box.y + box.height / 2, "center")
    colour = "white" if box.kind in ("features", "upkeep") else figure_style.EDGE
    axes.text(middle, height, box.text, fontsize=size * box.scale, color=colour, ha="center", va=vertical)


def render_picture() -> dict[Path, bytes]:
    """The picture in docs by its path."""
    with tempfile.TemporaryDirectory() as folder:
        draw_three_shapes(path := Path(folder) / THREE_SHAPES.name)
        return {THREE_SHAPES: path.read_bytes()}
