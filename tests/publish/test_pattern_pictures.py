"""The pictures of a pattern's sides: every side has one, texts fit their boxes, and arrows lead from box to box."""

import itertools
from functools import partial

import pytest
from matplotlib.text import Text

from lab.cards import read_cards
from lab.patterns.experiment_list import list_experiments
from publish.notebooks import pattern_pictures
from publish.notebooks.three_shapes import Box
from tests.described import catch_figure

SIDES = {card.id: card for card in read_cards().values() if card.experiment}


@pytest.fixture(params=SIDES)
def parts(request):
    beside = [card.experiment for card in SIDES.values()].count(SIDES[request.param].experiment)
    letters = pattern_pictures.LETTERS // beside
    return list(pattern_pictures.lay_out(pattern_pictures.read_rows(SIDES[request.param]), 2.0, letters))


def test_boxes_are_of_known_kinds_and_do_not_cover_one_another(parts):
    boxes = [part for part in parts if isinstance(part, Box)]
    assert {box.kind for box in boxes} <= {*pattern_pictures.KEYS}
    for box, other in itertools.pairwise(boxes):
        assert other.y + other.height < box.y or other.x >= box.x + box.width


def test_a_text_has_no_more_lines_than_its_box_holds(parts):
    assert [part.text for part in parts if isinstance(part, Box) and part.text.count("\n") > 2] == []


def test_arrows_lead_from_a_row_to_the_next(parts):
    boxes = [part for part in parts if isinstance(part, Box)]
    bottoms, tops = {round(box.y, 6) for box in boxes}, {round(box.y + box.height, 6) for box in boxes}
    arrows = [part for part in parts if not isinstance(part, Box)]
    assert [arrow for arrow in arrows if round(arrow[1], 6) not in bottoms or round(arrow[3], 6) not in tops] == []


def test_a_row_of_one_leads_to_all_of_the_next_and_rows_of_one_length_lead_down():
    assert list(pattern_pictures._pair_places(1, 2)) == [(5.0, 2.5), (5.0, 7.5)]
    assert list(pattern_pictures._pair_places(2, 2)) == [(2.5, 2.5), (7.5, 7.5)]


@pytest.mark.parametrize("experiment", list_experiments())
def test_all_sides_of_an_experiment_are_drawn_and_no_text_leaves_its_box(experiment, tmp_path, monkeypatch):
    figure = catch_figure(partial(pattern_pictures.draw_sides, experiment), tmp_path / "sides.png", monkeypatch)
    assert (tmp_path / "sides.png").stat().st_size > 10_000
    for axes in figure.axes:
        *boxes, _frame = axes.patches
        for box, text in zip(boxes, filter(Text.get_text, axes.texts), strict=True):
            assert holds(box.get_window_extent(), text.get_window_extent()), text


def holds(box, ends):
    """Whether a text lies wholly in a box."""
    return box.x0 <= ends.x0 and ends.x1 <= box.x1 and box.y0 <= ends.y0 and ends.y1 <= box.y1


def test_a_key_names_the_kinds_that_are_there_and_no_others():
    sides = [[["data: questions"]], [["data: a fix"], ["upkeep: by hand", "inference: a shell"]]]
    assert pattern_pictures.name_kinds(sides) == "Light: answers.  Dark grey: upkeep.  Dashed: data"
    assert "feature code" not in pattern_pictures.name_kinds(sides)
