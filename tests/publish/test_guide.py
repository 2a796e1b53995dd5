"""The session guide's plan can be kept: its slides exist, and its minutes hold what the decks and exercises need."""

import re
from dataclasses import dataclass
from itertools import pairwise

import pytest

from lab.engine.workspace import REPOSITORY
from lab.exercises.check import NOTEBOOKS
from publish.languages.readme_translation import list_anchors
from publish.slides.build_decks import HERE

ENGLISH, JAPANESE = HERE / "GUIDE.md", HERE / "GUIDE.ja.md"
LENGTH = 90
LINK = re.compile(r"\]\(([^)]+)\)")
NOTES = re.compile(r"```{revealjs-notes}\n(\d+):(\d\d) ")
SLIDES = re.compile(r"`fti`(?:, slides?)? (\d+)(?:枚目)?(?:(?: to | and |〜|と)(\d+))?")
SECONDS = [
    int(minutes) * 60 + int(seconds) for minutes, seconds in NOTES.findall((HERE / "decks" / "fti.md").read_text())
]
"""What the notes ask for on each slide of the deck."""


@dataclass(frozen=True)
class Block:
    """A row of plan A: when it starts, in minutes, and how long it lasts; its row's text."""

    start: int
    minutes: int
    row: str

    @property
    def slides(self) -> range:
        """The slides of the deck that it opens, from 1."""
        if not (named := SLIDES.search(self.row)):
            return range(0)
        return range(int(named[1]), int(named[2] or named[1]) + 1)

    @property
    def exercise(self) -> str:
        """The number of the exercise that it gives to the room, or nothing."""
        named = re.search(r"`make check EX=(\d)`", self.row)
        return named[1] if named else ""


def plan(text: str) -> list[Block]:
    """Plan A of a guide, row by row."""
    part = re.split(r"\n## ", text.split("90 minutes\n" if "## Plan A" in text else "90分\n")[1])[0]
    rows = [(int(start), row) for start, row in re.findall(r"^\| (\d+) \|(.*)\|$", part, re.MULTILINE)]
    ends = [start for start, _ in rows[1:]] + [LENGTH]
    return [Block(start, end - start, row) for (start, row), end in zip(rows, ends, strict=True)]


def too_short(blocks: list[Block]) -> list[int]:
    """When the blocks start whose slides or exercise need more minutes than they have."""
    page = NOTEBOOKS.joinpath("exercises", "README.md").read_text()
    needs = {number: int(minutes) for number, minutes in re.findall(r"^\| (\d) \|.*\| (\d+) \|", page, re.MULTILINE)}
    asked = [(block, sum(SECONDS[n - 1] for n in block.slides) / 60 + needs.get(block.exercise, 0)) for block in blocks]
    return [block.start for block, minutes in asked if minutes > block.minutes]


GUIDES = pytest.mark.parametrize("guide", [ENGLISH, JAPANESE], ids=lambda guide: guide.name)


@GUIDES
def test_the_plan_shows_every_slide_of_the_deck_once_and_in_order(guide):
    assert [n for block in plan(guide.read_text()) for n in block.slides] == list(range(1, len(SECONDS) + 1))


@GUIDES
def test_each_block_of_the_plan_has_the_minutes_that_its_slides_or_its_exercise_need(guide):
    blocks = plan(guide.read_text())
    assert {block.exercise for block in blocks} == {"", "1", "2"}
    assert all(before.start < after.start for before, after in pairwise(blocks))
    assert too_short(blocks) == []


def test_a_block_that_is_too_short_is_found():
    late = ENGLISH.read_text().replace("\n| 32 |", "\n| 28 |").replace("\n| 69 |", "\n| 71 |")
    assert too_short(plan(late)) == [20, 71]


def test_both_guides_have_the_same_plan_commands_and_files():
    english, japanese = ENGLISH.read_text(), JAPANESE.read_text()
    told = [[(block.start, list(block.slides), block.exercise) for block in plan(text)] for text in (english, japanese)]
    assert told[0] == told[1]
    code = [set(re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.S))) for text in (english, japanese)]
    assert code[0] - code[1] == set()


@GUIDES
def test_every_link_leads_to_a_file_and_to_a_heading(guide):
    dead = []
    for link in LINK.findall(guide.read_text()):
        file, _, place = link.partition("#")
        target = (HERE / file).resolve() if file else guide
        if not target.exists() or (place and place not in list_anchors(target.read_text())):
            dead.append(link)
    assert dead == []


@GUIDES
def test_every_path_that_is_named_is_there(guide):
    named = re.findall(r"`((?:notebooks|docs)/[^`]*)`", guide.read_text())
    assert named
    assert [path for path in named if not REPOSITORY.joinpath(path).exists()] == []
