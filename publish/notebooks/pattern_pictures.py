"""The sides of a pattern as pictures, side by side: the boxes of each ``picture.toml``, data flowing down.

``rows = [["data: warehouse"], ["training: every Monday"], ...]``: a list of boxes for each row, each a kind and a text.
"""

import textwrap
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from lab.cards import Card, read_cards
from lab.engine.workspace import REPOSITORY
from measure.figures import figure_style
from measure.figures.turn_chart import EXHIBIT, REFERENCE
from publish.notebooks.three_shapes import Box, Part, draw

FILE = "picture.toml"
KEYS = {
    "features": "Black: feature code",
    "training": "Grey: training",
    "inference": "Light: answers",
    "upkeep": "Dark grey: upkeep",
    "data": "Dashed: data",
}
"""By kind of box, what its look says; a picture names those that are in it."""
SIZE = 10.0
"""Of a panel, in its own unit, both ways."""
FRAMES = {"anti-pattern": EXHIBIT, "pattern": REFERENCE, "control": REFERENCE}
LETTERS = 72
"""How many stand side by side in boxes that share the picture's width."""
SHARE = 0.7
"""Of its row's height, what a box takes; arrows have the rest."""


def draw_sides(experiment: str, path: Path) -> None:
    """All sides of an experiment, anti-patterns first; writes a PNG to ``path``.

    Raises ``StudyError`` for a card, and ``OSError`` or ``ValueError`` for a picture that cannot be read.
    """
    cards = [card for card in read_cards().values() if card.experiment == experiment]
    sides = [(card, read_rows(card)) for card in sorted(cards, key=lambda card: card.kind)]
    height = SIZE / max(len(rows) for _, rows in sides)
    with figure_style.page(path, name_kinds(rows for _, rows in sides)) as figure:
        for axes, (card, rows) in zip(figure.subplots(1, len(sides), squeeze=False)[0], sides, strict=True):
            draw_side(axes, card, list(lay_out(rows, height, LETTERS // len(sides))), beside=len(sides))


def read_rows(card: Card) -> list[list[str]]:
    """The boxes of a side, row by row."""
    return list(tomllib.loads((REPOSITORY / card.folder / FILE).read_text())["rows"])


def name_kinds(sides: Iterable[Sequence[Sequence[str]]]) -> str:
    """What the looks of the boxes say, of the kinds that these sides have."""
    kinds = {box.partition(": ")[0] for rows in sides for row in rows for box in row}
    return ".  ".join(said for kind, said in KEYS.items() if kind in kinds)


def draw_side(axes: Axes, card: Card, parts: Sequence[Part], beside: int) -> None:
    """One side, in a panel that is one of ``beside``."""
    draw(axes, parts, size=27 - 2 * beside)
    frame = FancyBboxPatch((-0.1, -0.2), SIZE + 0.2, SIZE + 0.1, "round,pad=0,rounding_size=0.2")
    frame.set(fc="none", ec=FRAMES[card.kind], lw=5)
    axes.add_patch(frame)
    axes.set_title(textwrap.fill(card.name, 72 // beside), color=FRAMES[card.kind], fontweight="bold")


def lay_out(rows: Sequence[Sequence[str]], height: float, letters: int) -> Iterator[Part]:
    """Boxes in rows of that height, and arrows down from each box to the one below, or to all where rows differ.

    ``letters``: how many stand side by side in a box that takes a whole row.
    """
    for number, row in enumerate(rows):
        width, bottom = SIZE / len(row), SIZE - (number + 1) * height + height * (1 - SHARE) / 2
        for place, written in enumerate(row):
            kind, _, text = written.partition(": ")
            text = textwrap.fill(text, (letters + 1 - len(row)) // len(row))  # each gap takes a letter
            yield Box(place * width + 0.4, bottom, width - 0.8, height * SHARE, text, kind)
        if number + 1 < len(rows):
            for start, end in _pair_places(len(row), len(rows[number + 1])):
                yield start, bottom, end, bottom - height * (1 - SHARE)


def _pair_places(above: int, below: int) -> Iterator[tuple[float, float]]:
    """Where arrows begin and end, from left to right."""
    middles = [[(place + 0.5) * SIZE / count for place in range(count)] for count in (above, below)]
    if above == below:
        yield from zip(*middles, strict=True)
    else:
        yield from ((start, end) for start in middles[0] for end in middles[1])
