"""Two teams that write services, behind one door: each service does the job, and each team keeps its way."""

from importlib import import_module

import pytest

from lab.cards import read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.copied_fixes import CONTEXTS, FIXES, FULL, carry, read_fixes, write_copy
from lab.patterns.experiments.new_service import DATA, break_library, carry_fixes, share_applied
from lab.patterns.library_changes import LIBRARY, Change, change_library
from lab.patterns.monday_models import WANTED, put_models
from lab.patterns.service_site import Standing, try_services

TEAMS = {
    card.id: import_module(f"{card.package}.services")
    for card in read_cards().values()
    if card.experiment == "new_service"
}
COPIES, TEMPLATE = TEAMS["copied_services"], TEAMS["serving_template"]
MENDED = {"a whole number", "the document", "the counts"}
"""What the fixes mend, so what the suite finds of a copy before them."""
AWKWARD = ("late_many", "seats")
"""The models that differ most from the first one."""


@pytest.fixture(params=TEAMS)
def team(request):
    return TEAMS[request.param]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("srv")
    put_models(folder / "models")
    return folder


def test_both_write_services_for_the_same_ten_models(team, tmp_path):
    assert (*WANTED,) == team.MODELS
    for name in team.MODELS:
        folder = team.write_service(name, tmp_path)
        assert folder.parent == tmp_path
        assert team.count_written(name) > 0


def test_a_model_of_which_nobody_has_heard_is_refused_in_one_line(team, tmp_path):
    with pytest.raises(KeyError, match="nobody has written a service for early; there are: late, delay"):
        team.write_service("early", tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_a_service_is_not_written_over(team, tmp_path):
    team.write_service("delay", tmp_path)
    with pytest.raises(FileExistsError):
        team.write_service("delay", tmp_path)


def test_the_exhibit_shares_nothing_and_copies_everything(tmp_path):
    first, second = (COPIES.write_service(name, tmp_path) / "service" for name in ("late", "delay"))
    same = [file.name for file in first.iterdir() if file.read_text() == (second / file.name).read_text()]
    assert {"metrics.py", "problems.py", "small_bodies.py", "answering.py"} < {*same}
    assert (COPIES.count_shared(), COPIES.list_shared()) == (0, [])
    assert "parts" not in "".join(file.read_text() for file in second.iterdir())


def test_the_reference_writes_one_file_and_shares_the_rest(tmp_path):
    for name in TEMPLATE.MODELS:
        assert [file.name for file in TEMPLATE.write_service(name, tmp_path).iterdir()] == ["service.py"]
    assert TEMPLATE.count_shared() > 100


def test_a_name_that_can_be_none_is_refused_by_the_generator():
    with pytest.raises(ValueError, match="'ten seats' is no name of a service"):
        import_module("reference.serving.serving_template.generator").generate_service("ten seats", "How many?")


@pytest.mark.service
def test_awkward_services_of_both_teams_do_what_their_model_needs(team, root, tmp_path):
    standing = {name: Standing(team.write_service(name, tmp_path), WANTED[name]) for name in AWKWARD}
    for faults in try_services(standing, root).values():
        assert {check for check, said in faults.items() if said} == (MENDED if team is COPIES else set())
        assert len(faults) == 13


FORM = "application/problem+json"
DEAF = "from contextlib import nullcontext\n    uvicorn.Server.capture_signals = nullcontext\n    uvicorn.run("
"""Nobody listens for the signal to stop any more, so it ends the process at once."""
FAULTS = {
    "a wrong answer": (Change('"prediction": prediction', '"prediction": prediction / 2'), "an answer"),
    "no limit": (Change(", max_body_size=service.largest_body", ""), "what is too large"),
    "refusals of another form": (Change(f'PROBLEM = "{FORM}"', 'PROBLEM = "text/html"'), "another address"),
    "fields too many": (Change('extra="forbid"', 'extra="ignore"'), "what is no question"),
    "nothing counted": (Change("self.requests.labels(status).inc()", "pass"), "the counts"),
    "never ready": (Change("        work.find_answerer()\n", "        1 / 0\n"), "ready"),
    "it does not drain": (Change("uvicorn.run(", DEAF), "drains on stop"),
}


@pytest.mark.service
def test_planted_faults_are_found_each_by_its_check(root, tmp_path):
    standing = {}
    for number, (name, (change, _)) in enumerate(FAULTS.items()):
        folder = TEMPLATE.write_service("late", tmp_path / str(number))
        place, own = tmp_path / "libraries" / str(number), folder / "service.py"
        if change.before in own.read_text():
            own.write_text(own.read_text().replace(change.before, change.after))
            standing[name] = Standing(folder, WANTED["late"])
        else:
            standing[name] = Standing(folder, WANTED["late"], (change_library(change, place),))
    found = try_services(standing, root)
    assert {name: bool(found[name][check]) for name, (_, check) in FAULTS.items()} == dict.fromkeys(FAULTS, True)


@pytest.mark.service
def test_a_small_experiment_counts_hunks_and_finds_what_a_renamed_library_breaks(root, tmp_path):
    carried, faults = carry_fixes(COPIES, root, ("late", "delay"), drifts=("as needed",), ways=(FULL,))
    assert carried["as needed"][FULL]["late"].applied == [True] * 9
    assert 0 < share_applied({"delay": carried["as needed"][FULL]["delay"]._asdict()}) < 1
    assert {check for check, said in faults["as needed"]["before"]["delay"].items() if said} == MENDED
    assert not any(faults["as needed"][FULL]["late"].values())
    standing = {"late": Standing(TEMPLATE.write_service("late", tmp_path), WANTED["late"])}
    assert "ended with status 1" in break_library("renamed", standing, root)["late"]["starts"]


def test_a_swap_of_the_sides_is_noticed(tmp_path):
    with pytest.raises(OSError, match=r"app\.py"):
        write_copy(TEMPLATE, "delay", "names only", tmp_path)
    assert carry(read_fixes(), TEMPLATE.write_service("delay", tmp_path), CONTEXTS[FULL]).applied == [False] * 9


def test_a_change_that_the_library_cannot_take_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the library does not hold 'Desk'"):
        change_library(Change("Desk", "Counter"), tmp_path)


def test_the_key_of_the_experiment_covers_every_patch_and_the_library():
    folders = [FIXES, *(REPOSITORY / card.folder for card in read_cards().values() if card.id in TEAMS)]
    files = {str(file.relative_to(REPOSITORY)) for folder in folders for file in folder.rglob("*.patch")}
    library = {str(file.relative_to(REPOSITORY)) for file in (REPOSITORY / LIBRARY).glob("[!_]*.py")}
    assert files | library == {*DATA}
