"""Pictures small enough to keep in a notebook."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from IPython.display import Image
from matplotlib.colors import to_rgb
from PIL import Image as Picture

from measure.figures import figure_style, turn_chart

WIDTH = 1040  # pixels
GREYS = (0, 51, 102, 153, 204, 221, 238, 255)  # closer where the grid is


def show_picture(draw: Callable[[Path], object], width: int = WIDTH) -> Image:
    """The picture that ``draw`` writes to the path it is given, in fewer pixels and colours: some 20 kB, or half of it
    at a ``width`` of 720.
    """
    with tempfile.TemporaryDirectory() as folder:
        draw(path := Path(folder) / "picture.png")
        with Picture.open(path) as picture:
            size = width, round(width * picture.height / picture.width)
            small = picture.convert("RGB").resize(size, Picture.Resampling.LANCZOS)
    content = io.BytesIO()
    small.quantize(palette=_palette(), dither=Picture.Dither.NONE).save(content, "PNG", optimize=True)
    return Image(content.getvalue())


def _palette() -> Picture.Image:
    """Greys, and the colours of systems and of patterns' sides, pure and half way to white."""
    looks = (*figure_style.looks().values(), *turn_chart.LOOKS)
    colours = [figure_style.tint(look.colour, strength) for look in looks for strength in (1.0, 0.5)]
    mixed = [round(part * 255) for colour in colours for part in to_rgb(colour)]
    palette = Picture.new("P", (1, 1))
    palette.putpalette([*(level for level in GREYS for _ in range(3)), *mixed])
    return palette
