"""The house style: readable from the back row, in grey too, and the same on every machine."""

from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from measure.figures import figure_style

SYSTEMS = {"monolith", "split", "fti", "modular_monolith", "shared_split", "oracle", "yours"}
POINTS: list[Any] = [
    "font.size",
    "axes.titlesize",
    "axes.labelsize",
    "xtick.labelsize",
    "ytick.labelsize",
    "legend.fontsize",
]


def lightness(colour: str) -> float:
    """CIE L*, 0 black to 100 white: what is left of a colour on a grey print."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def test_every_system_has_a_look_and_no_two_share_any_part_of_it() -> None:
    assert figure_style.looks().keys() == SYSTEMS
    for part in ("label", "colour", "marker", "hatch"):
        assert len({getattr(look, part) for look in figure_style.looks().values()}) == len(SYSTEMS), part


def test_the_colours_stay_apart_in_grey_and_on_white() -> None:
    levels = {name: lightness(look.colour) for name, look in figure_style.looks().items()}
    assert min(abs(levels[one] - levels[other]) for one, other in combinations(levels, 2)) >= 9
    assert max(levels.values()) <= 82


def test_a_system_without_a_look_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="no look for 'mesh'"):
        figure_style.look("mesh")


def test_the_style_is_found_through_the_package_and_its_letters_are_large() -> None:
    with style.context(["default", "measure.figures.figure_style"]):
        assert min(mpl.rcParams[name] for name in POINTS) >= 16


def test_a_page_has_1600_by_900_dots_and_ignores_the_readers_settings(tmp_path: Path) -> None:
    for name, colour in (("one", "white"), ("two", "yellow")):
        with (
            mpl.rc_context({"axes.facecolor": colour, "savefig.dpi": 37}),
            figure_style.page(tmp_path / f"{name}.png", "A page") as page,
        ):
            page.subplots().plot([1, 2])
    assert imread(tmp_path / "one.png").shape[:2] == (900, 1600)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_picture_names_no_date_and_no_version(tmp_path: Path) -> None:
    with figure_style.page(tmp_path / "page.png", "A page"):
        pass
    content = (tmp_path / "page.png").read_bytes()
    assert not [mark for mark in (b"tEXt", b"iTXt", b"zTXt", b"tIME") if mark in content]


def test_a_page_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), figure_style.page(tmp_path / "page.png", "A page"):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_tint_goes_from_the_colour_to_white() -> None:
    assert (figure_style.tint("#204060", 1), figure_style.tint("#204060", 0)) == ("#204060", "#ffffff")
    assert lightness("#204060") < lightness(figure_style.tint("#204060", 0.4)) < 100
