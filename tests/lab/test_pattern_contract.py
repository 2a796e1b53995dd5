"""What holds of every pattern with code: it can be imported, and it offers the same names as its opposite."""

from importlib import import_module
from types import ModuleType

import pytest

from lab.cards import Card, read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.experiment_list import find_sides, plan_experiments
from lab.systems import find_system, list_core

CARDS = read_cards()
ROOM = {"pattern": "reference", "anti-pattern": "antipatterns", "control": "reference"}


@pytest.fixture(params=[card for card in CARDS.values() if card.has_code], ids=lambda card: card.id)
def card(request) -> Card:
    return request.param


def list_public_names(package: ModuleType) -> set[str]:
    """What a package offers: ``__all__``, or else all names of its own that do not begin with an underscore."""
    own = {name for name, value in vars(package).items() if not isinstance(value, ModuleType) and name[0] != "_"}
    return set(getattr(package, "__all__", own))


def test_it_lies_in_the_room_of_its_kind(card):
    assert card.folder.partition("/")[0] == ROOM[card.kind]
    assert (REPOSITORY / card.folder / "__init__.py").exists()  # without it, no import contract sees the folder


def test_it_can_be_imported_and_says_what_it_is(card):
    assert import_module(card.package).__doc__


def test_it_offers_the_names_that_its_opposite_offers(card):
    pairs = [CARDS[name] for name in card.opposites if card.experiment and CARDS[name].experiment == card.experiment]
    names = list_public_names(import_module(card.package))
    assert {other.id: list_public_names(import_module(other.package)) ^ names for other in pairs} == {
        other.id: set() for other in pairs
    }


def test_every_experiment_has_two_sides_and_a_title():
    for step in plan_experiments():
        assert len(find_sides(step.name)) >= 2
        assert step.title != step.name


def test_an_experiment_on_the_systems_of_the_study_is_stale_when_one_of_them_changes():
    (step,) = plan_experiments(["good_enough"])
    assert {module for name in list_core() for module in find_system(name).modules} <= {*step.loads}
    (other,) = plan_experiments(["caches"])
    assert not [module for module in other.loads if ".systems." in module]
