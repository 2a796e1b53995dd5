"""Three forms of one nightly job: they make the same, each keeps what it is, and the experiment sees what changes."""

import ast
import inspect
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from lab.cards import read_cards
from lab.patterns.experiments.how_many_pipes import TODAY, make_systems
from lab.patterns.nightly_changes import (
    LOST,
    RIGHT,
    SHORTLY,
    SILENT,
    TOLD,
    count_fates,
    install,
    judge,
    list_changes,
    live_through,
    measure_distance,
)
from lab.patterns.nightly_deaths import BRANCHES, SCRIPT, STEPS, kill_runs, read_outputs, read_parts
from lab.patterns.nightly_mending import list_mendable, mend
from lab.patterns.nightly_runs import run_night
from lab.patterns.source_server import serve
from lab.patterns.source_systems import LATE, REFUSED, RENAMED, Change
from problem.nightly import COLUMNS, NEEDS, Site, ask_risks, fit_risk

CARDS = {card.id: card for card in read_cards().values() if card.experiment == "how_many_pipes"}
FORMS = {name: import_module(f"{card.package}.job").Job for name, card in CARDS.items()}
SMALL = 100


def systems():
    return make_systems(SMALL)


@pytest.fixture(scope="module")
def site():
    with serve(systems()) as site:
        yield site


@pytest.fixture(scope="module")
def truth(site, tmp_path_factory):
    home = tmp_path_factory.mktemp("truth")
    assert FORMS[SCRIPT](home, site).run() == []
    return read_outputs(home, TODAY)


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def change_tonight(name, change, truth, folder):
    install({name: FORMS[name]}, folder, systems())
    return live_through(FORMS[name], folder / name, systems(), change, truth)


def test_all_forms_make_the_same(form, site, truth, tmp_path):
    assert FORMS[form](tmp_path, site).run() == []
    assert read_outputs(tmp_path, TODAY) == truth
    assert all(truth.values())


def test_nothing_there_is_one_line_each_and_no_output(form, tmp_path):
    said = FORMS[form](tmp_path, Site("http://127.0.0.1:9", TODAY)).run()
    assert said
    assert not any("\n" in line for line in said)
    assert set(read_outputs(tmp_path, TODAY).values()) == {None}


def test_a_run_killed_at_any_moment_is_made_good_by_the_next(form, site, truth, tmp_path):
    lasting = run_night(FORMS[form], tmp_path / "clean", site).wall
    found = kill_runs({form: FORMS[form]}, tmp_path, site, {form: lasting}, {form: 4}, truth)[form]
    assert found["right"] == 4
    assert found["died"]


def test_only_stored_steps_are_not_made_again(site, tmp_path):
    FORMS[STEPS](tmp_path, site).run()
    assert len(read_parts(tmp_path, site)) == len(COLUMNS) + 2 + len(NEEDS)
    assert FORMS[STEPS](tmp_path, Site("http://127.0.0.1:9", TODAY)).run() == []  # nobody is asked again
    assert FORMS[SCRIPT](tmp_path, Site("http://127.0.0.1:9", TODAY)).run() != []


def test_the_exhibit_has_a_way_of_its_own_to_every_source():
    branches = import_module(f"{CARDS[BRANCHES].package}.branches").BRANCHES
    assert len(branches) == len(COLUMNS)
    for branch in branches:
        names = {node.id for node in ast.walk(ast.parse(inspect.getsource(branch))) if isinstance(node, ast.Name)}
        assert names & {"urlopen", "urlretrieve", "HTTPConnection"} or "read_csv(f" in inspect.getsource(branch)


def test_the_script_keeps_nothing_before_the_end():
    source = inspect.getsource(import_module(f"{CARDS[SCRIPT].package}.job"))
    assert source.index("write_output(self.home") > source.index("report_weather(tables")


def test_the_reference_asks_sources_in_one_place_only():
    package = CARDS[STEPS].package
    assert "urlopen" not in inspect.getsource(import_module(f"{package}.job"))
    assert inspect.getsource(import_module(f"{package}.access")).count("urlopen(") == 1


@pytest.mark.parametrize("source", COLUMNS)
@pytest.mark.parametrize("kind", [RENAMED, REFUSED])
def test_the_access_layer_names_what_changed_and_loses_what_needs_it_only(source, kind, truth, tmp_path):
    night = change_tonight(STEPS, Change(source, kind), truth, tmp_path)
    assert [line.partition(":")[0] for line in night.said] == [source]
    assert night.fates == {name: LOST if source in needs else RIGHT for name, needs in NEEDS.items()}


@pytest.mark.parametrize("source", ["schedule", "landings", "weather"])
def test_a_delivery_a_little_late_is_waited_for(source, truth, tmp_path):
    night = change_tonight(STEPS, Change(source, LATE, SHORTLY), truth, tmp_path)
    assert (night.said, set(night.fates.values())) == ([], {RIGHT})


def test_a_late_source_goes_without_a_word_where_nobody_looks(truth, tmp_path):
    night = change_tonight(SCRIPT, Change("weather", LATE), truth, tmp_path)
    assert night.said == []
    assert SILENT in night.fates.values()


def test_the_launcher_tells_of_a_branch_that_failed_and_goes_on(truth, tmp_path):
    night = change_tonight(BRANCHES, Change("landings", REFUSED), truth, tmp_path)
    assert "run_carriers failed" in night.said[0]
    assert night.fates["risks"] == TOLD
    assert night.fates["carriers"] == LOST


def test_a_planted_swap_of_the_forms_is_noticed(site, tmp_path):
    """Whether a run that died begins again tells steps from the script, whatever they are called."""
    swapped = {SCRIPT: FORMS[STEPS], STEPS: FORMS[SCRIPT]}
    keep = {}
    for name, make in swapped.items():
        make(tmp_path / name, site).run()
        keep[name] = make(tmp_path / name, Site("http://127.0.0.1:9", TODAY)).run() == []
    assert keep == {SCRIPT: True, STEPS: False}


@pytest.mark.parametrize("change", [Change("schedule", REFUSED), Change("departures", RENAMED)], ids=str)
def test_the_new_name_in_every_place_mends_the_form(form, change, truth, tmp_path):
    package = import_module(CARDS[form].package)
    places, outputs = mend(package, tmp_path / "mended", systems(), change)
    assert outputs == truth
    assert places == (3 if form == BRANCHES and change.source == "schedule" else 1)


def test_every_source_changes_in_every_way():
    assert len(list_changes()) == len(set(list_changes())) == 4 * len(COLUMNS)
    assert len(list_mendable()) == 2 * len(COLUMNS)


def test_fates_are_counted_by_kind():
    nights = [{"kind": "a", "fates": {"x": LOST, "y": RIGHT}}, {"kind": "a", "fates": {"x": LOST, "y": SILENT}}]
    assert count_fates(nights) == {"a": {RIGHT: 1, LOST: 2, TOLD: 0, SILENT: 1}}


def run_doit(site, home, *more):
    dodo = Path(next(iter(import_module(CARDS[STEPS].package).__path__))) / "dodo.py"
    told = {"NIGHTLY_HOME": str(home), "NIGHTLY_ADDRESS": site.address, "NIGHTLY_TODAY": site.today}
    command = [sys.executable, "-m", "doit", "-f", str(dodo), "--db-file", str(home / "doit.db"), "--dir", str(home)]
    return subprocess.run([*command, *more], env=os.environ | told, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_doit_runs_the_same_steps_and_makes_none_twice(site, truth, tmp_path):
    done = run_doit(site, tmp_path)
    assert done.returncode == 0, done.stderr
    assert read_outputs(tmp_path, TODAY) == truth
    (tmp_path / "steps" / TODAY / "rows").unlink()
    again = run_doit(Site("http://127.0.0.1:9", TODAY), tmp_path)  # nobody is asked again
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("-- ") == len(COLUMNS) + len(NEEDS) - 1  # the join, the fit and what needs them is made


def test_fates_are_told_apart():
    assert judge(None, {"a": 1}, told=True) == LOST
    assert judge({"a": 1}, {"a": 1}, told=False) == RIGHT
    assert judge({"a": 2}, {"a": 1}, told=False) == SILENT
    assert judge({"a": 2}, {"a": 1}, told=True) == TOLD


def test_a_distance_is_the_mean_over_flights_that_both_have():
    assert measure_distance({"a": 0.5, "b": None}, {"a": 0.25, "b": 0.5, "c": 1}) == 0.25
    assert measure_distance(None, {"a": 1}) is None


def test_no_flights_are_refused_in_one_line():
    from problem.nightly import describe_flights

    empty = {name: __import__("pandas").DataFrame(columns=list(columns)) for name, columns in COLUMNS.items()}
    rows = describe_flights(empty)
    with pytest.raises(ValueError, match="no flights up to"):
        fit_risk(rows, TODAY)
    with pytest.raises(ValueError, match="no flights on"):
        ask_risks(None, rows, TODAY)
