"""The failure matrix is whole and fresh, and its faults are really there while a job runs."""

import sqlite3

import joblib
import pandas as pd
import pytest

from lab.changes.replay_dataset import INSTALLED, ReplayDataset
from lab.engine.isolation import run_isolated
from lab.engine.workspace import REPOSITORY
from lab.faults import fault_records, planted_defects
from lab.faults.fault_list import BY_ID, FAULTS, HEALTHY
from lab.faults.injectors import NotInjected
from lab.faults.planted_defects import nulls, raising
from lab.faults.scene import Scene, list_jobs
from lab.faults.writes import kill_while_writing
from lab.systems import find_system, list_core
from measure.data.survival import OK, OUTCOMES, SILENT, WRONG

CELLS = {(cell.system, cell.job, cell.fault): cell for cell in fault_records.read_recorded()}
PLACES = [(system, job) for system in list_core() for job in list_jobs(system)]


@pytest.mark.parametrize(("system", "job"), PLACES)
def test_every_fault_has_an_outcome_or_a_reason_why_not(system, job):
    for fault in (HEALTHY, *FAULTS):
        cell = CELLS[system, job, fault.id]
        why_not = fault.find_obstacle(find_system(system), job)
        assert (cell.outcome in OUTCOMES) is (not why_not)
        assert cell.detail == why_not if why_not else cell.outcome == OK or cell.detail


@pytest.mark.parametrize(("system", "job"), PLACES)
def test_without_a_fault_all_is_well(system, job):
    cell = CELLS[system, job, "none"]
    assert (cell.outcome, cell.after) in ((OK, ""), (OK, OK))


def test_fti_loses_nothing_without_a_word_but_where_the_reader_is_shown_it():
    """What its readers are shown: defects that no system notices, as all of them believe what their data say."""
    unnoticed = {cell.fault for cell in CELLS.values() if cell.system == "fti" and cell.outcome in (WRONG, SILENT)}
    assert unnoticed <= {"raw_stopped", "code_nulls"}
    shown = (REPOSITORY / "notebooks" / "10_who_survives.ipynb").read_text()
    assert all(fault in shown for fault in unnoticed)


@pytest.mark.parametrize("name", list_core())
def test_the_code_that_a_defect_hits_is_there(name):
    for file, functions in find_system(name).weather_code.items():
        text = (REPOSITORY / file).read_text()
        for kind in ("raising", "nulls"):
            assert planted_defects.decorate_functions(text, functions, kind).count(f"@_{kind}\n") == len(functions)


def test_a_planted_defect_raises_and_another_gives_nulls_in_weather_alone():
    table = pd.DataFrame({"temp": [1.0], "origin": ["JFK"]})
    with pytest.raises(ZeroDivisionError, match="a defect in the code"):
        raising(lambda: table)()
    assert nulls(lambda: table)().isna().to_dict("records") == [{"temp": True, "origin": False}]
    assert nulls(lambda: {"temp": 1.0, "hour": 3})() == {"temp": None, "hour": 3}
    assert nulls(lambda: {"temp": pd.Series([1.0])})()["temp"].isna().all()


@pytest.fixture
def scene(facts, tmp_path):
    (tmp_path / "features").mkdir()
    nobody = pd.DataFrame({"mode": ["batch"], "asked_at": [INSTALLED + pd.Timedelta("1d")], "flight_id": [1]})
    five = pd.concat([nobody] * 5)
    return Scene("fti", "batch", tmp_path, ReplayDataset(facts, five, five), facts)


@pytest.mark.parametrize("fault", ["model_missing", "model_corrupt"])
def test_a_fault_that_finds_nothing_to_harm_says_so(scene, fault):
    with pytest.raises(NotInjected, match="no model to harm"), BY_ID[fault].inject(scene):
        pass


def test_a_corrupt_model_has_its_old_length(scene):
    file = scene.home / "registry" / "models" / "late_batch" / "m-1" / "model.skops"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(range(256)) * 100)
    with BY_ID["model_corrupt"].inject(scene):
        assert file.stat().st_size == 25_600
        assert file.read_bytes() != bytes(range(256)) * 100


def test_a_locked_store_cannot_be_read_and_can_be_afterwards(scene):
    file = scene.home / "features" / "online.db"
    sqlite3.connect(file).execute("CREATE TABLE t (x)").connection.close()
    with BY_ID["store_locked"].inject(scene), pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite3.connect(file, timeout=0.1).execute("SELECT * FROM t")
    assert sqlite3.connect(file).execute("SELECT * FROM t").fetchall() == []


def test_on_a_full_disk_no_file_grows(scene):
    with BY_ID["disk_full"].inject(scene), pytest.raises(OSError, match="too large"):
        (scene.home / "file").write_bytes(b"\0" * 10_000)
    (scene.home / "file").write_bytes(b"\0" * 10_000)


def test_raw_data_that_stopped_has_nothing_new(scene):
    with BY_ID["raw_stopped"].inject(scene) as struck:
        assert struck.facts.landings["known_at"].max() <= INSTALLED < scene.facts.landings["known_at"].max()


def test_a_job_is_killed_inside_the_file_it_writes(tmp_path):
    def save(_):
        kill_while_writing()
        joblib.dump(b"\1" * 100_000, tmp_path / "late.joblib")

    ((_, _, why),) = run_isolated([save], 30)
    assert why == "ended with status -25"
    assert 0 < (tmp_path / "late.joblib").stat().st_size < 100_000
