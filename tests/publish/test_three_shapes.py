"""The pictures of the shapes: the file in docs/ is what the code draws, and they can be read in grey."""

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from publish.notebooks import notebook_picture, three_shapes

ARROWHEAD = 0.4  # tenths of a panel between an arrow's end and the box it stands for
DRAWINGS = three_shapes.SHAPES | {"map": three_shapes.MAP}


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as opened:
        return np.asarray(opened.convert("L"), dtype=float)


def touches(box: three_shapes.Box, x: float, y: float) -> bool:
    across = box.x - ARROWHEAD <= x <= box.x + box.width + ARROWHEAD
    return across and box.y - ARROWHEAD <= y <= box.y + box.height + ARROWHEAD


def test_the_picture_in_docs_is_what_the_code_draws(tmp_path: Path) -> None:
    three_shapes.draw_three_shapes(tmp_path / "fresh.png")
    assert (
        np.abs(pixels(tmp_path / "fresh.png") - pixels(three_shapes.THREE_SHAPES)).mean() < 1
    )  # of 255: fonts may differ
    assert three_shapes.THREE_SHAPES.stat().st_size < 200_000


def test_kinds_of_boxes_differ_in_grey() -> None:
    greys = sorted(np.mean(to_rgb(fill)) for fill in three_shapes.FILLS.values())
    assert min(np.diff(greys)) > 0.1


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_arrow_leads_from_a_box_to_a_box(name: str) -> None:
    boxes = [part for part in DRAWINGS[name] if isinstance(part, three_shapes.Box)]
    arrows = [part for part in DRAWINGS[name] if not isinstance(part, three_shapes.Box)]
    loose = [a for a in arrows for end in (a[:2], a[2:]) if not any(touches(box, *end) for box in boxes)]
    assert loose == ([(8.9, 2.45, 8.9, 3.8)] if name == "map" else [])  # the end of the long way round, drawn apart


def test_a_notebook_shows_a_picture_in_the_colours_of_the_house() -> None:
    shown = Image.open(io.BytesIO(notebook_picture.show_picture(three_shapes.draw_three_shapes).data)).convert("RGB")
    colours = {colour for _, colour in shown.getcolors(maxcolors=256) or []}
    assert {(0xD5, 0x5E, 0x00), (0x3F, 0xB0, 0x7F), (0x00, 0x38, 0x7A), (255, 255, 255)} <= colours
