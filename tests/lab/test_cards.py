"""Every card is complete and leads somewhere; a bad one is refused in one line that names the file and the key."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lab.cards import Card, read_cards
from lab.engine.workspace import REPOSITORY, StudyError
from lab.patterns.experiment_list import list_experiments
from lab.systems import _read_system, read_systems

CARDS = read_cards()
CLAIMS = tomllib.loads((REPOSITORY / "claims.toml").read_text())
LESSONS = {path.stem for path in (REPOSITORY / "notebooks" / "_src").glob("*.py")}
OF_THE_STUDY = [*(f"F{number}" for number in range(1, 18)), *(f"D{number}" for number in range(1, 6))]
GOOD = """\
name = "Toy"
japanese = "おもちゃ"
kind = "pattern"
theme = "toys"
source = "A book."
problem = "It is hard."
structure = "One part."
when = "At play."
cost = "Time."
rows = ["X1"]
"""


@pytest.fixture(params=CARDS.values(), ids=lambda card: card.id)
def card(request) -> Card:
    return request.param


def test_a_card_says_where_it_comes_from_in_how_many_sentences_it_should(card):
    sentences = {key: len(re.findall(r"[.?!](?= |$)", getattr(card, key))) for key in ("problem", "structure")}
    assert (1 <= sentences["problem"] <= 3, sentences["structure"]) == (True, 1)
    assert [key for key in ("source", "when", "cost") if not getattr(card, key).endswith((".", "。"))] == []
    assert card.rows
    assert [row for row in card.rows if not re.fullmatch(r"[A-Z]\d+", row)] == []


def test_what_a_card_leads_to_exists(card):
    assert [name for name in (*card.opposites, *card.uses) if name not in CARDS or name == card.id] == []
    assert [name for name in card.claims if name not in CLAIMS] == []
    assert card.lesson in LESSONS
    assert not card.experiment or card.experiment in list_experiments()
    assert (REPOSITORY / card.folder).is_dir()


def test_a_concept_says_what_is_counted(card):
    assert card.has_code or card.number


def test_every_row_of_the_study_has_a_card():
    assert sorted(set(OF_THE_STUDY) - {row for card in CARDS.values() for row in card.rows}) == []


def write_card(root: Path, text: str, name: str = "toy") -> Path:
    folder = root / "reference" / "toys" / name
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text(text)
    return root


def test_a_card_is_found_by_its_folder(tmp_path):
    card = read_cards(write_card(tmp_path, GOOD))["toy"]
    assert (card.id, card.package, card.rows, card.has_code) == ("toy", "reference.toys.toy", ("X1",), True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace('cost = "Time."\n', ""), "cost is missing"),
        (GOOD.replace("Time.", ""), "cost is missing"),
        (f'{GOOD}colour = "red"\n', "colour is no key of a card"),
        (GOOD.replace('["X1"]', '"X1"'), "rows is to be a list"),
        (GOOD.replace('["X1"]', "[1]"), "rows is to be a list of texts"),
        (GOOD.replace('"Time."', "3"), "cost is to be a text"),
        (GOOD.replace('"pattern"', '"hero"'), "kind is to be one of pattern, anti-pattern, control, concept"),
        (GOOD.replace('"toys"', '"games"'), "theme is to be 'toys', as its folder"),
        ("name = ", "is no TOML"),
    ],
)
def test_a_bad_card_is_refused_in_one_line_that_names_file_and_key(text, says, tmp_path):
    with pytest.raises(StudyError) as error:
        read_cards(write_card(tmp_path, text))
    assert str(error.value).startswith("reference/toys/toy/card.toml")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_two_cards_of_one_name_are_refused(tmp_path):
    write_card(tmp_path, GOOD)
    (tmp_path / "docs" / "concepts").mkdir(parents=True)
    (tmp_path / "docs" / "concepts" / "toy.toml").write_text(GOOD)
    with pytest.raises(StudyError, match="two cards are called toy"):
        read_cards(tmp_path)


@pytest.mark.parametrize(
    ("system", "says"),
    [({"order": 9}, "[system] has no "), ({"arm": "core"}, "[system] has no order"), (None, "arm is to be 'core' or")],
)
def test_a_card_of_a_system_is_refused_in_the_same_way(system, says, tmp_path):
    details = dict(next(iter(read_systems().values())).card.details) | {"arm": "left"} if system is None else system
    card = Card(**vars(read_cards(write_card(tmp_path, GOOD))["toy"]) | {"details": details})
    with pytest.raises(StudyError) as error:
        _read_system(card)
    assert str(error.value).startswith(f"reference/toys/toy/card.toml: {says}")


def test_an_adapter_that_is_not_there_is_missed_without_loading_its_neighbours():
    """A step of the failure matrix would otherwise load what its key does not cover."""
    code = (
        "import sys; from lab.systems import find_system; assert find_system('split').adapter('study') is None; "
        "assert 'antipatterns.systems.split.adapters' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
