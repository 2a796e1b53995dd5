"""The shapes on slides: side by side, as a map, and each twice, with the boxes that work in training and in service.

They are SVG with their letters kept as text: sharp on any wall, and their few words are in the deck's language.
"""

import logging
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from measure.figures import figure_style
from publish.notebooks import three_shapes as shapes

FONTS = ["DejaVu Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "sans-serif"]
"""What a browser is to take for the words, in this order."""
AT_WORK: dict[str, dict[str, list[str]]] = {name: shapes.WRITTEN[name]["at_work"] for name in shapes.SHAPES}
"""By system, which boxes take part in what it is doing; a number tells apart boxes of the same name."""
NEAR = 0.35
"""Tenths of a panel between the end of an arrow and the box that it stands for, at most."""
LEADING = 1.2
"""From one line to the next, in heights of its letters."""


def words() -> list[str]:
    """All words in the pictures."""
    parts = [part for shape in (*shapes.SHAPES.values(), shapes.MAP) for part in shape]
    boxes = [part.text for part in parts if isinstance(part, shapes.Box) and part.text]
    names = [figure_style.look(system).label for system in shapes.SHAPES]
    doings = [doing for shape in AT_WORK.values() for doing in shape]
    return list(dict.fromkeys([*names, *boxes, *doings, shapes.KEY, shapes.STORED]))


def three_shapes(path: Path, say: shapes.Say) -> None:
    """The systems side by side."""
    with _page(path) as figure:
        shapes.fill_with_systems(figure, 30, 20, say)
        figure.supxlabel(say(shapes.KEY), fontsize=24)


def pipelines(path: Path, say: shapes.Say) -> None:
    """The mental map: features, store, training, registry, inference."""
    with _page(path) as figure:
        shapes.fill_with_map(figure, 1.6, 25, say)


def flow(system: str, path: Path, say: shapes.Say) -> None:
    """One shape twice: what works in training, and what works in service; the rest is left out."""
    with _page(path) as figure:
        for axes, (doing, named) in zip(figure.subplots(1, 2), AT_WORK[system].items(), strict=True):
            axes.set_title(say(doing), fontsize=32, fontweight="bold")
            shapes.draw(axes, at_work(system, named), 26, say)


def at_work(system: str, named: Collection[str]) -> list[shapes.Part]:
    """The named boxes of a shape, its frames, and the arrows between what is left."""
    boxes = _name_boxes(system)
    frames = [box for box in boxes.values() if box.kind in figure_style.looks()]
    inner = [box for box in boxes.values() if box not in frames]
    kept = [box for name, box in boxes.items() if name in named]
    arrows = [part for part in shapes.SHAPES[system] if not isinstance(part, shapes.Box)]
    return [*frames, *kept, *(arrow for arrow in arrows if _is_between(arrow, inner, kept))]


def _is_between(arrow: shapes.Arrow, every: list[shapes.Box], kept: list[shapes.Box]) -> bool:
    """Whether both ends of an arrow lie at boxes that are kept, or at none."""
    ends = (arrow[:2], arrow[2:])
    return all(_is_at(end, kept) or not _is_at(end, every) for end in ends) and any(_is_at(end, kept) for end in ends)


def _is_at(end: tuple[float, ...], boxes: list[shapes.Box]) -> bool:
    x, y = end
    across = [box for box in boxes if box.x - NEAR <= x <= box.x + box.width + NEAR]
    return any(box.y - NEAR <= y <= box.y + box.height + NEAR for box in across)


def _name_boxes(system: str) -> dict[str, shapes.Box]:
    """A shape's boxes by their text; a number tells apart those of the same text."""
    named: dict[str, shapes.Box] = {}
    for part in shapes.SHAPES[system]:
        if isinstance(part, shapes.Box):
            number = sum(box.text == part.text for box in named.values()) + 1
            named[part.text if number == 1 else f"{part.text} {number}"] = part
    return named


@contextmanager
def _page(path: Path) -> Iterator[Figure]:
    """An empty figure in house style, written as SVG whose words are text; the same words give the same bytes."""
    words = {"svg.fonttype": "none", "svg.hashsalt": "shapes", "font.family": FONTS}
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # the browser looks for fonts, not we
    with style.context(["default", "measure.figures.figure_style", words]):
        figure = Figure()
        yield figure
        for axes in figure.axes:
            _line_by_line(axes)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph")  # the browser has the fonts that this machine lacks
            figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _line_by_line(axes: Axes) -> None:
    """Several lines as one text each: the browser centres them, while this machine may not know its font's widths."""
    for text in [text for text in axes.texts if "\n" in text.get_text()]:
        lines, size = text.get_text().split("\n"), float(text.get_fontsize())
        for number, line in enumerate(lines):
            up = ((len(lines) - 1) / 2 - number) * LEADING * size
            look: dict[str, Any] = {"fontsize": size, "color": text.get_color(), "ha": "center", "va": "center"}
            axes.annotate(line, text.get_position(), xytext=(0, up), textcoords="offset points", **look)
        text.remove()


PICTURES: dict[str, Callable[[Path, shapes.Say], None]] = {
    "three_shapes": three_shapes,
    "pipelines": pipelines,
    **{f"flow_{name}": partial(flow, name) for name in AT_WORK},
}
"""By the name that decks use."""
