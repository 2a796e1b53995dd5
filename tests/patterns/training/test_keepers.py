"""One person's folder and the rungs of the path: all keep runs behind one door, each rung more than the one before."""

from importlib import import_module

import pytest
from fastapi.testclient import TestClient

from lab.cards import read_cards
from problem.reruns import Recipe, Run, digest_file

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "whose_experiment"}
MODULES = {
    "only me": f"{SIDES['only_me']}.keeper",
    **{name: f"{SIDES['experiment_tracking']}.{name}" for name in ("sheet", "table", "tool")},
}
KNOWS = {
    "only me": set(),
    "sheet": {"commit", "seed", "split"},
    "table": {"commit", "seed", "split", "lock"},
    "tool": {"commit", "seed", "split", "lock", "data"},
}
"""What a recipe has besides day and metric."""


def make_run(folder, number, **changed):
    for name in ("lock", "data", "model"):
        (folder / f"{name}_{number}").write_text(f"{name} of run {number}")
    files = {name: folder / f"{name}_{number}" for name in ("lock", "data", "model")}
    told = {
        "day": f"2013-04-{number + 1:02}",
        "commit": f"c0ffee{number}",
        "seed": number,
        "split": 0.2,
        "metric": 0.41,
    }
    return Run(number=number, **(files | told | changed))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """By name a keeper that was told of three runs, and the runs."""
    folder = tmp_path_factory.mktemp("keepers")
    runs = [make_run(folder, number) for number in range(3)]
    keepers = {name: import_module(module).Keeper(folder / name) for name, module in MODULES.items()}
    for keeper in keepers.values():
        for run in runs:
            keeper.keep(run)
    return keepers, runs


@pytest.mark.parametrize("name", MODULES)
def test_what_was_kept_is_found_and_nothing_else_is_claimed(name, kept):
    keepers, runs = kept
    recipe = keepers[name].find(1)
    assert (recipe.day, recipe.metric) == (runs[1].day, runs[1].metric)
    known = {field for field in Recipe._fields if getattr(recipe, field) is not None} - {"day", "metric"}
    assert known == KNOWS[name]
    told = {name: getattr(runs[1], name) for name in ("commit", "seed", "split")}
    assert {name: getattr(recipe, name) for name in known & told.keys()} == {n: told[n] for n in known & told.keys()}


@pytest.mark.parametrize("name", MODULES)
def test_a_run_that_was_never_kept_is_missed_in_one_line(name, kept):
    with pytest.raises(LookupError, match=r"^[^\n]*run 77[^\n]*$"):
        kept[0][name].find(77)


@pytest.mark.parametrize("name", [name for name in MODULES if name != "only me"])
def test_a_number_is_used_once_and_the_first_run_stays(name, kept):
    keepers, runs = kept
    with pytest.raises(ValueError, match=r"^run 1 is (not kept|in the sheet already)[^\n]*$"):
        keepers[name].keep(runs[1]._replace(metric=0.1))
    assert keepers[name].find(1).metric == runs[1].metric


def test_one_persons_folder_holds_the_latest_of_everything(kept):
    keepers, runs = kept
    home = keepers["only me"].home
    assert (home / "model_final.joblib").read_text() == runs[-1].model.read_text()
    assert (home / "requirements.txt").read_text() == runs[-1].lock.read_text()
    assert len((home / "mails.txt").read_text().splitlines()) == len(runs)


def test_lock_and_data_come_back_as_they_were(kept):
    keepers, runs = kept
    for name in ("table", "tool"):
        assert keepers[name].find(0).lock == runs[0].lock.read_text()
    assert digest_file(keepers["tool"].find(0).data) == digest_file(runs[0].data)


def test_the_table_finds_a_changed_data_file(kept):
    keepers, runs = kept
    keepers["table"].check_data(0, runs[0].data)
    with pytest.raises(
        ValueError, match=r"^run 0 had the data \w{16}, these are \w{16}: what comes out is another run$"
    ):
        keepers["table"].check_data(0, runs[1].data)


def test_the_table_refuses_a_run_that_says_too_little(kept, tmp_path):
    with pytest.raises(ValueError, match=r"^run 9 is not kept: NOT NULL constraint failed: runs\.metric$"):
        kept[0]["table"].keep(make_run(tmp_path, 9, metric=None))


def test_a_record_without_its_data_is_refused_and_names_them(tmp_path):
    tool = import_module(MODULES["tool"]).Keeper(tmp_path / "tool")
    tool.keep(make_run(tmp_path, 4))
    tool.find(4).data.unlink()
    with pytest.raises(LookupError, match=r"^run 4 is there, its data are not: taken over, or deleted$"):
        tool.find(4)


def test_every_row_moves_along_the_path_and_brings_only_what_it_had(kept, tmp_path):
    keepers, runs = kept
    table, tool = (import_module(MODULES[name]).Keeper(tmp_path / name) for name in ("table", "tool"))
    assert table.take_over(keepers["sheet"].read_rows()) == tool.take_over(table) == len(runs)
    assert table.find(1) == keepers["sheet"].find(1)
    with pytest.raises(ValueError, match="run 1 was taken over from the sheet: nobody knows which data it had"):
        table.check_data(1, runs[1].data)
    with pytest.raises(LookupError, match="run 1 is there, its data are not"):
        tool.find(1)
    assert len(tool.client.search_runs([tool.experiment])) == len(runs)


def test_the_page_lists_finds_and_shows_runs(kept):
    page = import_module(f"{SIDES['experiment_tracking']}.page")
    client = TestClient(page.make_page(kept[0]["table"]))
    assert "<h1>3 runs</h1>" in client.get("/").text
    assert "<h1>1 runs</h1>" in client.get("/", params={"text": "c0ffee2", "by": "metric"}).text
    assert "git checkout c0ffee1" in client.get("/runs/1").text
    missing = client.get("/runs/77")
    assert (missing.status_code, "there is no run 77" in missing.text) == (404, True)
