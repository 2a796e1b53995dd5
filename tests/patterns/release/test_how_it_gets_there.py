"""Three ways to ship a model keep one contract; the exhibit keeps its flaw; swapped sides are noticed."""

import inspect
import shutil
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from lab.cards import read_cards
from lab.patterns.experiments.how_it_gets_there import Plan, measure
from lab.patterns.shipped_faults import halve, lose
from lab.patterns.shipped_releases import KILOMETRES, open_maker
from lab.patterns.shipped_replicas import move_on, start, stop_all
from lab.patterns.shipped_swaps import scale_out, swap_by_turns
from lab.patterns.shipped_ways import HAND, IMAGE, LOAD, open_ways
from parts.image_registry.registry import PROGRAMS
from problem.shipping import CannotShip, Started
from tests.must_run import needs

SIDES = {
    card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "how_it_gets_there"
}
pytestmark = pytest.mark.service


@pytest.fixture(scope="module", autouse=True)
def _programs():
    for program in PROGRAMS:
        needs(program, f"apt-get install {program}")


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    return open_maker(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def releases(maker):
    return [maker.make(number, 0.1) for number in range(3)]


@pytest.fixture(scope="module", params=SIDES)
def way(request, tmp_path_factory):
    with open_ways({request.param: SIDES[request.param]}, tmp_path_factory.mktemp("ways")) as ways:
        yield ways[request.param]


@pytest.fixture
def host(way, request):
    folder = way.host(request.node.name)
    yield folder
    shutil.rmtree(folder)


def test_there_are_three_sides():
    assert set(SIDES) == {HAND, IMAGE, LOAD}


def test_what_arrives_answers_as_its_maker_does(way, host, maker, releases):
    """From packages that were shipped, and with nothing else of this machine's."""
    way.shipper.publish(releases[1])
    replica = start(way.shipper.deliver("1", host))
    other = start(way.shipper.deliver("1", host)._replace(model=releases[1].model))
    try:
        flights = [*maker.list_questions(20)]
        assert [replica.ask(flight) for flight in flights] == [other.ask(flight) for flight in flights]
        assert replica.look()["packages"].startswith(str(host))
    finally:
        replica.stop()
        other.stop()


@pytest.mark.parametrize("side", [IMAGE, LOAD])
def test_what_the_registry_gave_back_is_all_that_a_host_starts_from(side, maker, tmp_path):
    """Its maker's workshop and release are gone, and no file on the host is a link to another place."""
    with open_ways({side: SIDES[side]}, tmp_path) as ways:
        release = maker.make(7, 0.1)
        ways[side].shipper.publish(release)
        shutil.rmtree(ways[side].home / "workshop")
        shutil.rmtree(release.code.parent)
        host = ways[side].host("new")
        started = ways[side].shipper.deliver("7", host)
        sent = ways[side].registry.count_sent()
        start(started).stop()
    files = [file for file in host.rglob("*") if file.is_file()]
    assert all(part.is_relative_to(host) for part in (started.code, started.packages, started.model))
    assert {(file.is_symlink(), file.stat().st_nlink) for file in files} == {(False, 1)}
    packages = sum(file.stat().st_size for file in started.packages.rglob("*") if file.is_file())
    assert packages + started.model.stat().st_size < sent < 1.05 * packages + started.model.stat().st_size


def test_the_next_release_answers_otherwise_and_the_maker_may_go_back(way, host, maker, releases):
    flight, seen = next(maker.list_questions(1)), []
    replica = None
    try:
        for number in (1, 2, 1):
            way.shipper.publish(releases[number])
            replica = move_on(replica, way.shipper.deliver(f"{number}", host), way.shipper.swaps_in_process)
            seen.append(replica.ask(flight))
    finally:
        stop_all([replica])
    assert seen[0] == seen[2] != seen[1]


def test_a_host_that_starts_again_goes_on_with_what_it_had(way, host, releases):
    way.shipper.publish(releases[1])
    assert way.shipper.deliver("1", host) == way.shipper.restart(host)


def test_what_its_container_loses_is_there_again_while_the_registry_is_up(way, host, releases):
    way.shipper.publish(releases[1])
    way.shipper.deliver("1", host)
    start(way.shipper.restart(lose(way.shipper, host))).stop()


@pytest.mark.parametrize("part", ["code", "packages", "model"])
def test_a_release_without_a_part_is_one_line(way, part, releases, tmp_path):
    with pytest.raises(CannotShip, match=rf"^release 1 has no {tmp_path}/none: make it first$"):
        way.shipper.publish(releases[1]._replace(**{part: tmp_path / "none"}))


def test_an_unknown_version_and_an_empty_host_are_one_line(way, host):
    for ask in (lambda: way.shipper.deliver("never", host), lambda: way.shipper.restart(host)):
        with pytest.raises(CannotShip) as refused:
            ask()
        assert "\n" not in str(refused.value)


def test_a_model_that_cannot_be_read_never_answers_and_the_old_one_goes_on(releases, tmp_path):
    replica = start(describe_files(releases[1]))
    try:
        broken = shutil.copy(releases[2].model, tmp_path / "model.npz")
        halve(Path(broken))
        with pytest.raises(CannotShip, match="cannot be read"):
            replica.reload(describe_files(releases[2])._replace(model=Path(broken)))
        assert replica.look()["version"] == "1"
    finally:
        replica.stop()


def describe_files(release):
    return Started(release.code, release.packages, release.model, release.version)


def find_flaws(side) -> set[str]:
    """What the exhibit lacks, by its source and by what its hosts know."""
    text = inspect.getsource(import_module(f"{side.__name__}.shipper"))
    lacks = {"a registry": "image_copy", "a digest": "unpack", "a version": "labels"}
    return {flaw for flaw, word in lacks.items() if word not in text}


EXPECTED_FLAWS = {HAND: {"a registry", "a digest", "a version"}, IMAGE: set(), LOAD: set()}


def test_the_exhibit_keeps_its_flaw():
    assert {name: find_flaws(side) for name, side in SIDES.items()} == EXPECTED_FLAWS


def test_a_planted_swap_of_the_sides_is_noticed():
    swapped = SIDES | {HAND: SIDES[IMAGE], IMAGE: SIDES[HAND]}
    assert {name: find_flaws(side) for name, side in swapped.items()} != EXPECTED_FLAWS


def test_no_host_of_the_exhibit_knows_its_version(tmp_path, releases):
    known = {}
    with open_ways(SIDES, tmp_path) as ways:
        for name, way in ways.items():
            way.shipper.publish(releases[2])
            known[name] = way.shipper.deliver("2", way.host("first")).version
    assert known == {HAND: "unknown", IMAGE: "2", LOAD: "2"}


def test_a_model_for_other_code_is_refused_by_model_load_alone(tmp_path, maker, releases):
    said: dict[str, bool | str] = {}
    with open_ways(SIDES, tmp_path) as ways:
        for name, way in ways.items():
            way.shipper.publish(releases[1])
            way.shipper.deliver("1", way.host("first"))
            way.shipper.publish(maker.make(9, 0.1, KILOMETRES))
            try:
                started = way.shipper.deliver("9", way.host("first"))
                said[name] = "1.609344" in started.code.read_text()
            except CannotShip as refused:
                said[name] = str(refused)
    assert said == {
        HAND: False,
        IMAGE: True,
        LOAD: "model 9 is made for contract 1-new, first runs 1: update the service",
    }


def test_a_process_that_loads_answers_all_through_a_swap(maker, tmp_path):
    rows = swap_by_turns({LOAD: SIDES[LOAD]}, maker, tmp_path / "ways", 0.1, 1)
    assert [(row["replicas"], row["failed"]) for row in rows] == [(1, 0), (2, 0)]
    assert all(row["asked"] > 20 for row in rows)


def test_four_new_hosts_answer_as_one_does(maker, tmp_path):
    rows = scale_out({IMAGE: SIDES[IMAGE]}, maker, tmp_path / "ways", 0.1, 1)
    assert [(row["hosts"], row["seconds"] > 0) for row in rows] == [(1, True), (4, True)]


@pytest.mark.slow
def test_a_small_version_of_the_experiment(tmp_path):
    found = measure(tmp_path, SIDES, Plan(((0.1,) * 2,), megabytes=0.1, swaps=0, scalings=0, cuts=20))
    assert {row["way"] for row in found["releases"]} == set(SIDES)
    assert all(row["moved"] > 0 for row in found["releases"])
    later = [row["moved"] for row in found["releases"] if row["release"] > 1]
    assert max(later) < 200_000 < np.min([row["moved"] for row in found["releases"] if row["release"] == 1])
    layerings = {row["layering"]: row["second"] for row in found["layerings"]}
    assert layerings["TOGETHER"] > 10 * layerings["MODEL_LAST"]
    assert found["headline"]
