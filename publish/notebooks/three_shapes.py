"""The shapes as pictures: the map of three pipelines, and monolith, split and FTI side by side.

python -m publish.notebooks.three_shapes           write docs/three_shapes.png
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from lab.engine.workspace import REPOSITORY
from measure.figures import figure_style

THREE_SHAPES = REPOSITORY / "docs" / "three_shapes.png"
FILLS = {"features": "#202020", "training": "#A8A8A8", "inference": "#E4E4E4", "data": "white"}


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

SHAPES: dict[str, list[Box | Arrow]] = {
    "monolith": [
        Box(2.2, 8.6, 5.6, 1.2, "warehouse", "data"),
        (5, 8.6, 5, 7.9),
        Box(0.8, 2.3, 8.4, 5.6, "one batch program", "monolith"),
        Box(1.4, 5.2, 7.2, 1.4, "features", "features"),
        Box(1.4, 2.8, 3.4, 1.4, "training", "training"),
        Box(5.2, 2.8, 3.4, 1.4, "inference", "inference"),
        (3.1, 5.2, 3.1, 4.2),
        (6.9, 5.2, 6.9, 4.2),
        (6.9, 2.8, 6.9, 1.35),
        Box(5.2, 0.2, 3.4, 1.1, "batch", "data"),
    ],
    "split": [
        Box(0.2, 8.6, 4.6, 1.2, "warehouse", "data"),
        Box(5.2, 8.6, 4.6, 1.2, "event stream", "data"),
        (2.5, 8.6, 2.5, 7.9),
        (7.5, 8.6, 7.5, 7.9),
        Box(0.2, 2.3, 4.6, 5.6, "offline", "split"),
        Box(5.2, 2.3, 4.6, 5.6, "online", "split"),
        Box(0.8, 5.2, 3.4, 1.4, "features", "features"),
        Box(5.8, 5.2, 3.4, 1.4, "features", "features"),
        Box(0.8, 2.8, 3.4, 1.4, "training", "training"),
        Box(5.8, 2.8, 3.4, 1.4, "inference", "inference"),
        (2.5, 5.2, 2.5, 4.2),
        (7.5, 5.2, 7.5, 4.2),
        (4.2, 3.5, 5.8, 3.5),
        (7.5, 2.8, 7.5, 1.35),
        Box(5.5, 0.2, 4.0, 1.1, "real time", "data"),
    ],
    "fti": [
        Box(2.2, 8.6, 5.6, 1.2, "warehouse", "data"),
        (5, 8.6, 5, 7.9),
        Box(1.4, 6.5, 7.2, 1.4, "stored features", "features"),
        Box(1.2, 6.35, 7.6, 1.7, "", "fti"),
        (5, 6.35, 5, 5.7),
        Box(0.2, 4.6, 9.6, 1.1, "feature store", "data"),
        (1.7, 4.6, 1.7, 3.8),
        (8.3, 4.6, 8.3, 3.8),
        Box(0.2, 2.3, 3.1, 1.4, "training", "training"),
        Box(6.7, 2.3, 3.1, 1.4, "inference", "inference"),
        Box(0.0, 2.15, 3.5, 1.7, "", "fti"),
        Box(6.5, 2.15, 3.5, 1.7, "", "fti"),
        Box(3.8, 2.3, 2.4, 1.4, "request\ntime", "features", 0.78),
        (3.9, 3.0, 3.4, 3.0),
        (6.1, 3.0, 6.6, 3.0),
        (1.7, 2.15, 1.7, 1.35),
        Box(0.2, 0.2, 3.1, 1.1, "registry", "data"),
        (3.3, 0.9, 6.7, 2.1),
        (8.3, 2.15, 8.3, 1.4),
        Box(6.5, -0.3, 3.6, 1.7, "batch,\nreal time", "data", 0.9),
    ],
}
MAP: list[Box | Arrow] = [
    Box(0.0, 4.3, 1.15, 1.8, "facts", "data"),
    (1.15, 5.2, 1.45, 5.2),
    Box(1.45, 3.8, 1.6, 2.8, "feature\npipeline", "features"),
    (3.05, 5.2, 3.35, 5.2),
    Box(3.35, 4.1, 1.4, 2.2, "feature\nstore", "data"),
    (4.75, 5.2, 5.05, 5.2),
    Box(5.05, 3.8, 1.6, 2.8, "training\npipeline", "training"),
    (6.65, 5.2, 6.95, 5.2),
    Box(6.95, 4.1, 1.4, 2.2, "model\nregistry", "data"),
    (8.35, 5.2, 8.65, 5.2),
    Box(8.65, 3.8, 1.6, 2.8, "inference\npipeline", "inference"),
    Box(8.65, 8.4, 1.6, 1.5, "question", "data"),
    (9.45, 8.4, 9.45, 6.6),
    (9.45, 3.8, 9.45, 1.7),
    Box(8.65, 0.2, 1.6, 1.5, "answer", "data"),
    (8.9, 2.45, 8.9, 3.8),
]


def three_shapes(path: Path) -> None:
    """Monolith, split and FTI side by side; writes a PNG to ``path``."""
    with figure_style.page(path, "Black: feature code.  Frame: ships alone.  Dashed: data") as figure:
        for axes, (system, parts) in zip(figure.subplots(1, 3), SHAPES.items(), strict=True):
            axes.set_title(figure_style.look(system).label, fontsize=28, fontweight="bold")
            draw(axes, parts, 22)


def pipelines(path: Path) -> None:
    """The mental map: features, store, training, registry, inference; writes a PNG to ``path``."""
    with figure_style.page(path, "Three pipelines, and the two places where they meet") as figure:
        axes = figure.subplots()
        draw(axes, MAP, 25)
        axes.plot([4.05, 4.05, 8.9], [4.1, 2.45, 2.45], color="black", linewidth=3, solid_joinstyle="miter")
        axes.text(6.4, 1.7, "the same stored values", fontsize=24, ha="center")


def draw(axes: Axes, parts: Sequence[Box | Arrow], size: float, say: Callable[[str], str] = str) -> None:
    """The parts of one shape, with letters of ``size`` points; ``say`` gives a box's words in another language."""
    axes.set(xlim=(-0.2, 10.3), ylim=(-0.4, 10))
    axes.set_axis_off()
    for part in parts:
        if isinstance(part, Box):
            _box(axes, part._replace(text=say(part.text)), size)
        else:
            axes.annotate("", part[2:], part[:2], arrowprops={"arrowstyle": "-|>", "lw": 3})


def _box(axes: Axes, box: Box, size: float) -> None:
    frame, data = box.kind in figure_style.looks(), box.kind == "data"
    edge = figure_style.look(box.kind).colour if frame else figure_style.EDGE
    look: dict[str, Any] = {
        "fc": FILLS.get(box.kind, "none"),
        "ec": edge,
        "lw": 5 if frame else 2,
        "ls": "--" if data else "-",
    }
    axes.add_patch(FancyBboxPatch((box.x, box.y), box.width, box.height, "round,pad=0,rounding_size=0.15", **look))
    height, vertical = (box.y + box.height - 0.25, "top") if frame else (box.y + box.height / 2, "center")
    colour = "white" if box.kind == "features" else figure_style.EDGE
    axes.text(
        box.x + box.width / 2, height, box.text, fontsize=size * box.scale, color=colour, ha="center", va=vertical
    )


if __name__ == "__main__":
    three_shapes(THREE_SHAPES)
