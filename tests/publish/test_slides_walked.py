"""Decks opened in a browser and walked through, slide by slide, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lab.engine.browser import open_browser
from lab.engine.workspace import results_folder, study_folder
from publish.ledger import evidence
from publish.slides import build_decks, slide_values, walk_slides
from tests.must_run import needs

pytestmark = [pytest.mark.study, pytest.mark.service]

SHOTS = study_folder() / "slides" / "shots"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    needs("chromium", "apt-get install chromium fonts-noto-cjk")
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=build_decks.LANGUAGES)
def built(request, tmp_path_factory) -> Path:
    """All decks in one language."""
    return build_decks.build(
        request.param,
        slide_values.read_values(evidence()),
        results_folder() / "figures",
        tmp_path_factory.mktemp("decks"),
    )


@pytest.mark.parametrize("deck", build_decks.DECKS)
def test_nobody_in_the_room_has_anything_to_complain_about(chromium, built, deck):
    assert walk_slides.walk(chromium, built / f"{deck}.html", SHOTS / built.name) == []


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A built deck of three slides."""
    folder = tmp_path_factory.mktemp("planted")
    source = folder / "source"
    source.mkdir()
    source.joinpath("index.md").write_text("# Planted\n\n## One\n\nSome text\n\n## Two\n\nMore of it\n")
    build_decks.run("revealjs", source, folder / "built", "en", {})
    return folder / "built" / "index.html"


class TestPlanted:
    """What a person would see is seen: one fault in a deck that is in order otherwise."""

    @pytest.fixture
    def complaints(self, chromium, page):
        """What the walk says once the slide's text is replaced."""

        def said(body: str) -> list[str]:
            planted = page.with_name("planted.html")
            planted.write_text(page.read_text().replace("<p>Some text</p>", body))
            return [fault.partition(": ")[2] for fault in walk_slides.walk(chromium, planted)]

        return said

    def test_nothing_is_said_of_a_slide_in_order(self, complaints):
        assert complaints("<p>Some other text</p>") == []

    def test_overflow_down_and_to_the_side(self, complaints):
        assert any(what.startswith("overflow: p") for what in complaints("<p>line<br></p>" * 20))
        assert any("overflow" in what for what in complaints(f"<pre>{'wide ' * 60}</pre>"))

    def test_a_picture_that_is_not_there(self, complaints):
        assert any(what.startswith("missing image: gone.png") for what in complaints('<img src="gone.png" alt="it">'))

    def test_a_dead_link_to_a_file_and_to_a_place(self, complaints):
        links = '<p><a href="gone.html">one</a> <a href="#gone">two</a> <a href="index.html#planted">three</a></p>'
        assert complaints(links) == ["dead link: gone.html", "dead link: #gone"]

    def test_a_request_that_leaves_the_machine(self, complaints):
        assert any(
            what.startswith("leaves the machine: http://127.0.0.1:9/")
            for what in complaints('<img src="http://127.0.0.1:9/x.png" alt="it">')
        )

    def test_an_error_on_the_page(self, complaints):
        assert any("planted error" in what for what in complaints("<script>throw Error('planted error')</script>"))

    def test_letters_that_the_back_row_cannot_read(self, complaints):
        assert complaints('<p style="font-size: 16px">small</p>') == ["too small (15.5 px): small"]

    def test_a_letter_that_no_font_has(self, complaints):
        assert complaints("<p>a letter: \U000e1234</p>") == ["empty box for \U000e1234"]
