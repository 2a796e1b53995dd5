"""Decks say what the results say, in few words, at their time, in both languages."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from lab.engine.workspace import StudyError, results_folder
from measure.figures import figure_style
from publish.ledger import evidence
from publish.notebooks import three_shapes
from publish.slides import build_decks, slide_shapes, slide_values
from publish.slides.slide_pictures import DRAWN

pytestmark = pytest.mark.study

SOURCES = sorted(build_decks.HERE.joinpath("decks").glob("*.md"))
MINUTES = {"index": 0, "fti": 30, "skew": 15, "reuse": 15, "coupling": 15, "pipes_and_filters_and_debt": 10}
NOTES = re.compile(r"```{revealjs-notes}\n(\d+):(\d\d) .*?```", re.DOTALL)
BLOCKS = re.compile(r"```.*?```", re.DOTALL)
DIGITS = re.compile(r"(?<![\w{])\d[\d.,%]*(?![\w}])")


def slides_of(deck: Path) -> list[str]:
    """The slides of a deck, each with its notes."""
    return re.split(r"\n(?=## )", deck.read_text())


def seen(slide: str) -> str:
    """What the room reads: no notes, no quoted code, no picture."""
    text = re.sub(r"!\[.*?\]\(.*?\)", "", BLOCKS.sub("", slide))
    return re.sub(r"\]\(.*?\)|{\..*?}|^[-#] |^\d\. ", "", re.sub(r"{{.*?}}", "N", text), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def found():
    return evidence()


@pytest.mark.parametrize("deck", SOURCES, ids=lambda deck: deck.stem)
class TestADeck:
    def test_is_one_that_is_built(self, deck):
        assert deck.stem in build_decks.DECKS

    def test_has_notes_with_a_time_on_each_slide_that_add_up_to_its_length(self, deck):
        times = [NOTES.search(slide) for slide in slides_of(deck)]
        assert [slide.splitlines()[0] for slide, time in zip(slides_of(deck), times, strict=True) if not time] == []
        assert sum(int(time[1]) * 60 + int(time[2]) for time in times if time) == MINUTES[deck.stem] * 60

    def test_puts_at_most_forty_words_on_a_slide(self, deck):
        long = {slide.splitlines()[0]: len(seen(slide).split()) for slide in slides_of(deck)}
        assert {title: words for title, words in long.items() if words > 40} == {}

    def test_types_no_result(self, deck):
        """Small whole numbers are names and counts of what stands on the slide; results have points, signs or units."""
        text = re.sub(r"{{.*?}}", "", BLOCKS.sub("", deck.read_text()))
        spoken = re.sub(r"{{.*?}}", "", " ".join(note[0] for note in NOTES.finditer(deck.read_text())))
        typed = [number for number in DIGITS.findall(text + spoken) if re.search(r"\d[.,]\d|\d{3,}.*%|\d\.\d", number)]
        assert typed == []

    def test_uses_names_that_have_a_value(self, deck, found):
        names = set(re.findall(r"{{ (\w+) }}", deck.read_text()))
        assert names - slide_values.read_values(found).keys() == set()


def test_every_number_that_is_offered_stands_on_a_slide():
    used = set(re.findall(r"{{ (\w+) }}", " ".join(deck.read_text() for deck in SOURCES)))
    offered = re.findall(r"^(\w+) = ", slide_values.NUMBERS.read_text(), re.MULTILINE)
    assert set(offered) - used == set()


def test_a_number_with_a_systems_name_is_of_that_system():
    asked = tomllib.loads(slide_values.NUMBERS.read_text())
    longest_first = sorted(figure_style.looks(), key=len, reverse=True)
    named = {name: next((system for system in longest_first if system in name), None) for name in asked}
    of = {name: what.get("system", what.get("touched")) for name, what in asked.items()}
    assert {name: (system, of[name]) for name, system in named.items() if system and system != of[name]} == {}


def test_values_are_written_as_the_scorecard_writes_them(found):
    told = slide_values.read_values(found)
    assert told["flights"] == "336,776"
    assert told["skew_fti"] == "0.0%"
    assert sum(int(told[f"won_{who}"]) for who in ("monolith", "split", "fti", "tie")) == int(told["requests"])


def test_a_changed_result_changes_the_slide(found, tmp_path):
    moved = {("skew", "split", ""), ("classes", "split", "equal")}
    rows = [replace(row, value=0.1234) if (row.key, row.system, row.part) in moved else row for row in found.rows]
    told = {"now": slide_values.read_values(found), "then": slide_values.read_values(replace(found, rows=rows))}
    built = [build_decks.build("en", told[name], figures(), tmp_path / name) for name in told]
    for deck in ("skew", "index"):
        now, then = (folder.joinpath(f"{deck}.html").read_text() for folder in built)
        assert "12.3%" in then, deck
        assert "12.3%" not in now, deck


def figures() -> Path:
    return results_folder() / "figures"


def test_a_number_that_nobody_measured_is_refused(found, tmp_path):
    told = slide_values.read_values(found)
    del told["gap_split"]
    with pytest.raises(StudyError, match="gap_split"):
        build_decks.build("en", told, figures(), tmp_path)


def test_a_figure_that_the_study_did_not_draw_is_refused(tmp_path):
    with pytest.raises(StudyError, match="run `make study` first"):
        build_decks.stage("en", tmp_path, tmp_path / "source")


def test_all_figures_of_the_decks_come_from_results():
    assert set(build_decks.named_figures()) - DRAWN.keys() <= {file.stem for file in figures().glob("*.png")}


@pytest.mark.parametrize("system", slide_shapes.AT_WORK)
def test_a_shape_at_work_keeps_only_boxes_and_arrows_that_take_part(system):
    for named in slide_shapes.AT_WORK[system].values():
        parts = slide_shapes.at_work(system, named)
        boxes = [part for part in parts if isinstance(part, three_shapes.Box)]
        assert {name.removesuffix(" 2") for name in named} <= {box.text for box in boxes}
        arrows = [part for part in parts if not isinstance(part, three_shapes.Box)]
        assert len(arrows) >= len(named) - 1


def test_training_and_service_of_the_split_share_no_box():
    training, service = slide_shapes.AT_WORK["split"].values()
    assert set(training) & set(service) == set()


def test_every_word_in_a_picture_is_centred_by_the_browser(tmp_path):
    """Whatever the width of its letters there; this machine measured another font."""
    slide_shapes.three_shapes(tmp_path / "shapes.svg", str)
    words = re.findall(r'<text style="([^"]*)"', (tmp_path / "shapes.svg").read_text())
    assert len(words) > 20
    assert [style for style in words if "text-anchor: middle" not in style] == []


def test_pictures_are_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        slide_shapes.flow("fti", tmp_path / name, str)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
