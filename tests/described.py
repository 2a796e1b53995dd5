"""A figure in words: what stands where, so that a test can hold a drawing to it without comparing pixels."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text


def described(draw: Callable[[Path], object], path: Path, monkeypatch: Any) -> list[str]:
    """The lines that describe the one figure that ``draw`` writes to the path it is given."""
    return list(_figure(catch_figure(draw, path, monkeypatch)))


def catch_figure(draw: Callable[[Path], object], path: Path, monkeypatch: Any) -> Figure:
    """The one figure that ``draw`` writes to the path it is given."""
    kept: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *args: Any, **kwargs: Any) -> None:
        save(figure, *args, **kwargs)
        kept.append(figure)

    monkeypatch.setattr(Figure, "savefig", keep)
    draw(path)
    (figure,) = kept
    return figure


def _figure(figure: Any) -> Iterator[str]:
    yield f"figure {figure.get_suptitle()!r} {figure.get_size_inches().tolist()} {figure.get_supxlabel()!r}"
    for legend in figure.legends:
        yield f"  {_legend(legend)}"
    for number, axes in enumerate(figure.axes):
        yield f"axes {number} {axes.get_title()!r}"
        yield from (f"  {line}" for line in _axes(axes))


def _axes(axes: Any) -> Iterator[str]:
    for name, axis, limits in (("x", axes.xaxis, axes.get_xlim()), ("y", axes.yaxis, axes.get_ylim())):
        ticks = [tick.get_text() for tick in axis.get_ticklabels()]
        grid = any(line.get_visible() for line in axis.get_gridlines())
        places = _numbers(axis.get_ticklocs())
        yield f"{name} {axis.get_label_text()!r} {axis.get_scale()} {_numbers(limits)} grid {grid}"
        yield f"{name} ticks {ticks} at {places}"
    if axes.get_legend():
        yield _legend(axes.get_legend())
    for artist in axes.get_children():
        yield from _artist(artist, axes)


def _artist(artist: Any, axes: Any) -> Iterator[str]:
    kind = type(artist)
    if issubclass(kind, Line2D):
        points = np.column_stack([np.asarray(part, float) for part in artist.get_data()])
        yield f"line {_look(artist)} {_numbers(points.ravel())}"
    elif issubclass(kind, Text) and artist.get_text() and artist.get_text() != axes.get_title():
        place = _numbers(np.asarray(artist.get_position(), float))
        aside = f" at {_numbers(artist.xy)} {artist.anncoords}" if issubclass(kind, Annotation) else ""
        yield f"text {artist.get_text()!r} {place} {artist.get_ha()} {artist.get_va()} {artist.get_fontweight()}{aside}"
    elif issubclass(kind, Collection):
        paths = [_numbers(path.vertices.ravel()) for path in artist.get_paths()]
        colours = sorted({to_hex(colour) for colour in artist.get_edgecolor()})
        widths = sorted({float(width) for width in artist.get_linewidths()})
        yield f"collection {colours} {widths} {_numbers(artist.get_offsets().ravel())} {paths}"
    elif issubclass(kind, Patch) and not issubclass(kind, Spine) and artist is not axes.patch:
        path = artist.get_transform().transform_path(artist.get_path())
        corners = path.vertices if issubclass(kind, Polygon) else path.get_extents().extents.reshape(2, 2)
        back = axes.transData.inverted().transform(corners).ravel()
        inside = f"{to_hex(artist.get_facecolor())} {to_hex(artist.get_edgecolor())}"
        yield f"patch {inside} {str(artist.get_hatch())!r} {_numbers(back)}"


def _look(line: Any) -> str:
    style = f"{line.get_linestyle()!r} {line.get_marker()!r} {line.get_drawstyle()}"
    return f"{to_hex(line.get_color())} {line.get_linewidth():g} {line.get_label()!r} {style}"


def _legend(legend: Any) -> str:
    frame = legend.axes.transAxes if legend.axes else legend.parent.transSubfigure
    anchor = legend.get_bbox_to_anchor().transformed(frame.inverted()).bounds
    place = f"{legend._outside_loc or ''} {legend._loc_real} {_numbers(anchor)} {legend.handlelength:g} {legend._ncols}"
    keys = [to_hex(key.get_facecolor()) if isinstance(key, Patch) else "" for key in legend.legend_handles]
    words = [text.get_text() for text in legend.get_texts()]
    return f"legend {legend.get_title().get_text()!r} {words} {keys} {place}"


def _numbers(values: Any) -> list[float]:
    """Rounded to what every machine reproduces; never a minus zero."""
    return [float(f"{value:.4g}") + 0.0 for value in np.asarray(values, float)]
