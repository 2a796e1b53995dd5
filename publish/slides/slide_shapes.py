"""The shapes on slides: side by side, as a map, and each twice, with the boxes that work in training and in service."""

import logging
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from measure.figures import figure_style
from publish.notebooks.three_shapes import MAP, SHAPES, WRITTEN, Arrow, Box, Part, draw

Say = Callable[[str], str]
FONTS = ["DejaVu Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "sans-serif"]
"""What a browser is to take for the words, in this order."""
AT_WORK: dict[str, dict[str, list[str]]] = {name: WRITTEN[name]["at_work"] for name in SHAPES}
"""By system, which boxes take part in what it is doing; a number tells apart boxes of the same name."""
NEAR = 0.35
"""Tenths of a panel between the end of an arrow and the box that it stands for, at most."""
LEADING = 1.2
"""From one line to the next, in heights of its letters."""
KEY = "Black: feature code.  Frame: ships alone.  Dashed: data"
STORED = "the same stored values"


def words() -> list[str]:
    """All words in the pictures."""
    parts = [part for shape in (*SHAPES.values(), MAP) for part in shape]
    boxes = [part.text for part in parts if isinstance(part, Box) and part.text]
    names = [figure_style.look(system).label for system in SHAPES]
    return list(dict.fromkeys([*names, *boxes, *(doing for shape in AT_WORK.values() for doing in shape), KEY, STORED]))


def three_shapes(path: Path, say: Say) -> None:
    """The systems side by side."""
    with _page(path) as figure:
        for axes, (system, parts) in zip(figure.subplots(1, 3), SHAPES.items(), strict=True):
            axes.set_title(say(figure_style.look(system).label), fontsize=30, fontweight="bold")
            draw(axes, parts, 20, say)
        figure.supxlabel(say(KEY), fontsize=24)


def pipelines(path: Path, say: Say) -> None:
    """The mental map: features, store, training, registry, inference."""
    with _page(path) as figure:
        axes = figure.subplots()
        draw(axes, MAP, 25, say)
        axes.plot([4.05, 4.05, 8.9], [4.1, 2.45, 2.45], color="black", linewidth=3, solid_joinstyle="miter")
        axes.text(6.4, 1.6, say(STORED), fontsize=25, ha="center")


def flow(system: str, path: Path, say: Say) -> None:
    """One shape twice: what works in training, and what works in service; the rest is left out."""
    with _page(path) as figure:
        for axes, (doing, named) in zip(figure.subplots(1, 2), AT_WORK[system].items(), strict=True):
            axes.set_title(say(doing), fontsize=32, fontweight="bold")
            draw(axes, at_work(system, named), 26, say)


def at_work(system: str, named: Collection[str]) -> list[Part]:
    """The named boxes of a shape, its frames, and the arrows between what is left."""
    boxes = [part for name, part in _named(system) if name in named]
    frames = [part for _, part in _named(system) if part.kind in figure_style.looks()]
    arrows = [part for part in SHAPES[system] if not isinstance(part, Box)]
    inner = [box for _, box in _named(system) if box.kind not in figure_style.looks()]
    return [*frames, *boxes, *(arrow for arrow in arrows if _between(arrow, inner, boxes))]


def _between(arrow: Arrow, every: list[Box], kept: list[Box]) -> bool:
    """Whether both ends of an arrow lie at boxes that are kept, or at none."""
    ends = (arrow[:2], arrow[2:])
    return all(not _at(end, every) or _at(end, kept) for end in ends) and any(_at(end, kept) for end in ends)


def _at(end: tuple[float, ...], boxes: list[Box]) -> list[Box]:
    x, y = end
    across = [box for box in boxes if box.x - NEAR <= x <= box.x + box.width + NEAR]
    return [box for box in across if box.y - NEAR <= y <= box.y + box.height + NEAR]


def _named(system: str) -> Iterator[tuple[str, Box]]:
    seen: list[str] = []
    for part in SHAPES[system]:
        if isinstance(part, Box):
            seen.append(part.text)
            number = seen.count(part.text)
            yield (part.text if number == 1 else f"{part.text} {number}"), part


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


PICTURES: dict[str, Callable[[Path, Say], None]] = {
    "three_shapes": three_shapes,
    "pipelines": pipelines,
    **{f"flow_{name}": lambda path, say, name=name: flow(name, path, say) for name in AT_WORK},  # type: ignore[misc]
}
"""By the name that decks use."""
