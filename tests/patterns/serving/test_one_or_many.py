"""Four ways to part a site among processes, behind one door: each does the job, and each keeps what it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import import_module

import numpy as np
import pytest

from lab.cards import read_cards
from lab.load.served_system import free_port
from lab.patterns.declared_way import Declared
from lab.patterns.made_up_rows import NAMES as KNOWN
from lab.patterns.made_up_rows import fit_on_made_up_rows
from lab.patterns.monday_models import Wanted
from lab.patterns.parted_blast import try_fault
from lab.patterns.parted_cascade import try_cascade
from lab.patterns.parted_models import FAULTY, LARGE, NUMBERS, SMALL, encode, number, write_question
from lab.patterns.parted_site import open_site, plan_parts
from lab.patterns.parted_versions import list_changes, open_model, try_changes
from lab.patterns.planted_models import DIES, MILES
from lab.patterns.serving_suite import find_faults
from parts.model_service.refusals import NotAnswered, Refused
from parts.several_models.answer_of_several import NOT_NEEDED
from parts.several_models.preparation import Preparation
from parts.several_models.several_asked import SeveralAsked
from parts.several_models.site_settings import LIMIT, tell_part
from problem.contract import FEATURES
from problem.several_models import DOOR
from reference.serving.horizontal.gateway import open_gateway
from reference.serving.prep_pred.preparing import open_preparing
from reference.serving.vertical.cascade import open_cascade

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "one_or_many"}
SOUND = [SMALL, LARGE]
NAMES = [*SOUND, FAULTY]
PATIENT = {LIMIT: "60"}
"""No test hangs on how busy the machine is."""


@pytest.fixture(scope="module")
def fitted():
    return fit_on_made_up_rows()


@pytest.fixture(scope="module")
def models(fitted, tmp_path_factory):
    return fitted.write(tmp_path_factory.mktemp("site") / "models")


@pytest.fixture(scope="module")
def question(fitted):
    return write_question(fitted.later.iloc[100].to_dict(), NAMES)


@pytest.fixture(scope="module")
def says(fitted):
    """What each model says of that question, by another way than a service has."""
    row = encode(fitted.later.iloc[[100]], fitted.preparation)
    risk = {name: float(open_model(fitted, name)(row)[0]) for name in (SMALL, LARGE)}
    return risk | {FAULTY: risk[LARGE]}


# What they are


def check_structure(name, plan):
    """Hold a plan of four models to what is said of the side of that name."""
    parts = {part.name: part for part in plan(["a", "b", "c", "d"])}
    holders = [part for part in parts.values() if part.serves]
    counts = {"all_in_one": (1, 1), "prep_pred": (2, 1), "vertical": (4, 4), "horizontal": (5, 4)}
    assert (len(parts), len(holders)) == counts[name]
    assert sorted(model for part in holders for model in part.serves) == ["a", "b", "c", "d"]
    assert bool(parts[DOOR].serves) == (name in ("all_in_one", "vertical"))
    assert {asked for part in parts.values() for asked in part.asks} == {*parts} - {DOOR}


@pytest.mark.parametrize("name", SIDES)
def test_only_the_exhibit_holds_preparation_and_all_models_in_one_process(name):
    check_structure(name, lambda models: plan_parts(SIDES[name], models))


@pytest.mark.parametrize("name", SIDES)
def test_sides_that_are_swapped_are_noticed(name):
    other = SIDES["horizontal" if name != "horizontal" else "all_in_one"]
    with pytest.raises(AssertionError):
        check_structure(name, lambda models: plan_parts(other, models))


@pytest.mark.parametrize("name", SIDES)
def test_a_site_without_models_or_with_one_called_like_the_door_is_refused(name):
    for models, said in (([], "answers nothing"), ([DOOR], "what callers ask")):
        with pytest.raises(ValueError, match=said):
            plan_parts(SIDES[name], models)


# What they do


@pytest.fixture(scope="module")
def sites(models):
    """All of them at once, as real processes."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_site(side, models, NAMES, PATIENT)) for name, side in SIDES.items()}


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_every_model_that_is_wanted_answers_as_it_does_alone(name, sites, says, question):
    told = sites[name].open_caller().ask(question)
    assert told["prediction"] == pytest.approx(says, abs=1e-12)
    assert (told["missing"], told["model_version"]) == ({}, "small/1, late/1, faulty/1")


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_what_is_not_wanted_is_not_asked_and_what_is_not_there_is_refused_in_one_line(name, sites, question):
    caller = sites[name].open_caller()
    assert [*caller.ask(question | {"models": [LARGE]})["prediction"]] == [LARGE]
    with pytest.raises(Refused, match=r"^there is no model early; there are: small, late, faulty$"):
        caller.ask(question | {"models": ["early"]})
    with pytest.raises(Refused, match=r"^no feature is called colour; there are: origin_dep_delay_2h, "):
        caller.ask(question | {"stored": {"colour": 1.0}})


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_all_but_the_one_that_asks_at_once_stop_when_it_is_enough(name, sites, question):
    told = sites[name].open_caller().ask(question | {"enough": 0.5})
    left_out = {} if name == "horizontal" else {LARGE: NOT_NEEDED, FAULTY: NOT_NEEDED}
    assert told["missing"] == left_out
    assert {*told["prediction"]} == {*NAMES} - {*left_out}


@pytest.mark.service
def test_every_door_does_what_a_service_does(sites, models, question, says):
    """The suite of all services, on one more door for each site."""
    wanted = Wanted(question, lambda _: says, refused=question | {"models": ["early"]})

    def try_door(name):
        part = next(part for part in sites[name].parts if part.name == DOOR)
        asks = {each: sites[name].addresses[each] for each in part.asks}
        told = {"PORT": "8080", "HOST": "127.0.0.1", "MODELS": "/srv/models", **tell_part(part.serves, asks), **PATIENT}
        return find_faults(Declared(("python", "-m", part.module), told, 8080, (), 10.0), models.parent, wanted)

    with ThreadPoolExecutor(len(SIDES)) as pool:
        found = dict(zip(SIDES, pool.map(try_door, SIDES), strict=True))
    assert {f"{name}: {check}: {said}" for name, of in found.items() for check, said in of.items() if said} == set()
    assert {len(of) for of in found.values()} == {13}


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_a_model_that_dies_takes_its_process_along_and_the_supervisor_brings_it_back(name, sites, question):
    site, together = sites[name], name in ("all_in_one", "prep_pred")
    with pytest.raises(NotAnswered):
        site.open_caller().ask(question | {"models": [FAULTY], "distance": MILES[DIES]})
    if together:
        with pytest.raises(NotAnswered, match="cannot be asked: Connection"):
            site.open_caller().ask(question)
    else:
        assert [*site.open_caller().ask(question)["prediction"]] == SOUND
    site.wait_until_whole(question)
    assert [event.why for event in site.supervisor.events] == ["ended with status -11"]


@pytest.mark.service
@pytest.mark.parametrize("name", ["all_in_one", "horizontal"])
def test_a_small_experiment_counts_what_a_death_takes_along(name, sites, question):
    row = try_fault(sites[name], DIES, question, SOUND, seconds=1.0)
    assert row["seen"] == ["ended with status -11"]
    assert (row["share"] > 0.2) == (name == "all_in_one")
    assert (row["for_all_answered"] < row["for_all"]) == (name == "all_in_one")


@pytest.mark.service
def test_a_row_of_another_preparation_or_width_is_refused_in_one_line(sites):
    predicting = sites["prep_pred"].open_caller("predicting")
    row = {"preparation": "2", "row": [0.0] * 21, "models": [LARGE]}
    assert [*predicting.ask(row)["prediction"]] == [LARGE]
    with pytest.raises(NotAnswered, match=r"^the row is of preparation 1, the model wants 2: release both$"):
        predicting.ask(row | {"preparation": "1"})
    with pytest.raises(Refused, match=r"^the row holds 22 numbers, late wants 21$"):
        predicting.ask(row | {"row": [0.0] * 22})


GONE = "cannot be asked: ConnectionRefusedError"


def test_a_door_whose_parts_are_gone_says_so_in_one_line_and_answers_what_it_can(models, question, says, monkeypatch):
    gone = f"http://127.0.0.1:{free_port()}"
    asked = SeveralAsked(**question)
    for door, serves, asks in (
        (open_gateway, (), NAMES),
        (open_preparing, (), ["predicting"]),
        (open_cascade, (SMALL,), [LARGE, FAULTY]),
    ):
        for name, value in tell_part(serves, dict.fromkeys(asks, gone)).items():
            monkeypatch.setenv(name, value)
        answer = door(models)
        if serves:
            assert answer(asked)["prediction"] == pytest.approx({SMALL: says[SMALL]}, abs=1e-12)
            assert answer(asked)["missing"] == {name: f"{name} {GONE}" for name in asks}
        else:
            with pytest.raises(NotAnswered, match=f"^[^\n]*{asks[0]} {GONE}[^\n]*$"):
                answer(asked)


# Versions, and a cascade


def test_a_question_leads_back_to_its_row_by_another_way(fitted):
    for place in (0, 250):
        vector = fitted.later.iloc[[place]]
        asked = SeveralAsked(**write_question(vector.iloc[0].to_dict(), ["late"]))
        np.testing.assert_array_equal(fitted.preparation.prepare(asked), encode(vector, fitted.preparation)[0])


def test_rows_that_match_lose_nothing_and_planted_ones_are_found_each_by_what_sees_it(fitted):
    before = Preparation("1", {name: number(values[1:]) for name, values in KNOWN.items()}, NUMBERS)
    changes = list_changes(fitted, before)
    far = {"a million miles": lambda rows: rows + 1e6, "as they are": lambda rows: rows}
    told = {row["change"]: row for row in try_changes(fitted, {**far, "wider": changes["one feature more"]})}
    same = told["as they are"]
    assert (same["value"], same["flips"], same["ranges"]) == (0.0, 0.0, False)
    assert told["a million miles"]["ranges"]
    assert told["wider"]["refused"]
    rows = encode(fitted.later, fitted.preparation)
    assert rows.shape[1] == len(FEATURES)
    for name, change in changes.items():
        assert not np.array_equal(change(rows), rows, equal_nan=True), name


def test_a_cascade_that_never_settles_is_the_large_model(fitted, monkeypatch):
    monkeypatch.setattr("lab.patterns.parted_cascade.ENOUGH", (1.0, 0.9, 0.6))
    never, some, most, alone = try_cascade(fitted)
    assert (never["settled"], never["value"], alone["settled"]) == (0.0, 0.0, 1.0)
    assert 0 < some["settled"] < most["settled"] < 1
