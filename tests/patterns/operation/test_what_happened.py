"""Ways to keep a record of answers, behind one door: each keeps what it says, and no answer fails for it."""

import json
import math
import re
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

from lab.cards import read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.declared_way import Declared
from lab.patterns.example_answers import BEGINNING, VECTOR, make_answered
from lab.patterns.monday_models import Wanted, put_models
from lab.patterns.serving_suite import find_faults
from parts.recorded_service.recorded_service import FORM, RECORDS, NoRecorder, open_recorder
from parts.vector_models.vector_question import EXAMPLE
from problem.contract import FEATURES
from problem.recorded import INSTANT

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "what_happened"}
OF_SIDE = {side: import_module(f"{package}.forms").FORMS for side, package in SIDES.items()}
FORMS = {f"{side}: {name}": form for side, forms in OF_SIDE.items() for name, form in forms.items()}
NOTHING, LINES = "no_logging: nothing", "no_logging: text lines"
KEEPS = [name for name in FORMS if name != NOTHING]


def record(form, folder, answers):
    recorder = form.open(folder)
    for each in answers:
        recorder.record(each)
    recorder.close()
    return form.read(folder)


# What they keep


@pytest.mark.parametrize("name", KEEPS)
def test_answers_are_read_back_in_order_with_what_all_forms_keep(name, tmp_path):
    rows = record(FORMS[name], tmp_path, [make_answered(number) for number in range(50)])
    assert [row["flight_id"] for row in rows] == list(range(50))
    assert [row[INSTANT] for row in rows] == [BEGINNING + number for number in range(50)]
    assert {(row["prediction"], row["ms"], row["model_version"]) for row in rows} == {(0.25, 1.5, "late/7")}


@pytest.mark.parametrize("name", FORMS)
def test_a_second_run_keeps_what_the_first_one_recorded(name, tmp_path):
    for run in range(2):
        rows = record(FORMS[name], tmp_path, [make_answered(run)])
    assert [row["flight_id"] for row in rows] == ([] if name == NOTHING else [0, 1])


@pytest.mark.parametrize("name", KEEPS)
def test_another_model_is_told_of_with_the_first_answer_that_it_gives(name, tmp_path):
    versions = ["late/7", "late/7", "late/8", "late/7"]
    rows = record(FORMS[name], tmp_path, [make_answered(model_version=each) for each in versions])
    assert [row["model_version"] for row in rows] == versions


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_known_is_null_and_every_line_is_json_or_text(name, tmp_path):
    holes = make_answered(features=VECTOR | {"temp": math.nan, "pressure": None}, ages={"weather": None})
    rows = record(FORMS[name], tmp_path, [holes])
    if "temp" in (rows or [{}])[0]:
        assert (rows[0]["temp"], rows[0]["pressure"], rows[0]["age_weather"]) == (None, None, None)
    assert "NaN" not in "".join(file.read_text() for file in tmp_path.iterdir())


@pytest.mark.parametrize("name", ["prediction_log: with vectors", "prediction_log: queued"])
def test_a_record_that_json_cannot_hold_is_lost_alone_and_counted(name, tmp_path, capsys):
    odd = make_answered(1, features=VECTOR | {"temp": np.int64(3)})
    rows = record(FORMS[name], tmp_path, [make_answered(0), odd, make_answered(2)])
    assert [row["flight_id"] for row in rows] == [0, 2]
    assert "is closed without 1 records" in capsys.readouterr().err


VERSIONED = {"caller", "instance", "release", "model_version"}


def check_what_it_keeps(side, package, folder):
    """Hold the forms of a package to what is said of the side of that name."""
    for name, form in import_module(f"{package}.forms").FORMS.items():
        kept = set((record(form, folder / name, [make_answered()]) or [{}])[0])
        assert ({"age_weather", "ms_stored", *VERSIONED} <= kept) == (side == "prediction_log")
        assert (set(FEATURES) <= kept) == (side == "prediction_log" and name != "structured")


@pytest.mark.parametrize("side", SIDES)
def test_only_the_reference_keeps_versions_ages_and_what_an_answer_was_made_from(side, tmp_path):
    check_what_it_keeps(side, SIDES[side], tmp_path)


@pytest.mark.parametrize("side", SIDES)
def test_sides_that_are_swapped_are_noticed(side, tmp_path):
    [other] = {*SIDES} - {side}
    with pytest.raises(AssertionError):
        check_what_it_keeps(side, SIDES[other], tmp_path)


def test_half_a_line_at_the_end_of_a_run_is_no_record_and_one_broken_elsewhere_is_not_passed_over(tmp_path):
    form = FORMS["prediction_log: with vectors"]
    record(form, tmp_path, [make_answered(0), make_answered(1)])
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert [row["flight_id"] for row in form.read(tmp_path)] == [0]
    file.write_bytes(whole[9:])
    with pytest.raises(ValueError, match=r"Expecting value|Extra data"):
        form.read(tmp_path)


# A full disk


@pytest.fixture(scope="module")
def after_a_full_disk(tmp_path_factory):
    """By form, what became of its records."""
    folder = tmp_path_factory.mktemp("full")
    command = [sys.executable, "-m", "lab.patterns.full_disk", folder, *(f"{each}.forms" for each in SIDES.values())]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return {row["form"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_nothing_that_the_reference_records_is_lost_on_a_full_disk_and_two_lines_say_so(after_a_full_disk):
    for form in OF_SIDE["prediction_log"]:
        row = after_a_full_disk[form]
        assert (row["given"], row["recorded"], row["in_order"]) == (202, 202, True), form
        began, over = row["told"]
        assert began.endswith("cannot be written, is the disk full? Up to 10000 records wait in memory")
        assert re.search(r"is written again: \d+ records had waited, 0 are lost$", over)


def test_no_answer_of_the_exhibit_fails_for_a_full_disk(after_a_full_disk):
    assert after_a_full_disk["nothing"]["recorded"] == 0
    assert after_a_full_disk["text lines"]["given"] == 202


BOUND = """
import json, sys
from functools import partial
from pathlib import Path
from lab.patterns.full_disk import fill_up
from problem.recorded import Form
from reference.operation.prediction_log.direct_log import DirectLog
from reference.operation.prediction_log.reading import read_rows
print(json.dumps(fill_up(Form(partial(DirectLog, most_waiting=20), read_rows), Path(sys.argv[1]), 30)))
"""


def test_more_than_memory_may_hold_is_lost_and_counted(tmp_path):
    command = [sys.executable, "-c", BOUND, tmp_path / "records"]
    row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (row["recorded"], row["in_order"]) == (21, True)
    assert row["told"][1].endswith("is written again: 20 records had waited, 11 are lost")


# As services


@pytest.mark.service
@pytest.mark.parametrize("side", SIDES)
def test_every_side_does_what_a_service_does(side, tmp_path):
    """The suite of all services, on one form of each side."""
    put_models(tmp_path / "models")
    told = {"PORT": "8080", "HOST": "127.0.0.1", "MODELS": "/srv/models", RECORDS: str(tmp_path / "records")}
    command = ("python", "-m", f"{SIDES[side]}.service")
    declared = Declared(command, told | {FORM: [*OF_SIDE[side]][1]}, 8080, (), 10.0)
    found = find_faults(declared, tmp_path, Wanted(EXAMPLE, answer_otherwise))
    assert {check: said for check, said in found.items() if said} == {}
    assert len(found) == 13


def answer_otherwise(models):
    """What the service has to say of the example, by another way than it has."""
    weights = json.loads((models / "late.json").read_text())
    carrier, origin, dest = (f"{name}={EXAMPLE[name]}" for name in ("carrier", "origin", "dest"))
    score = weights["base"] + weights["weights"]["distance"] * 1.4
    score += sum(weights["weights"].get(name, 0.0) for name in (carrier, origin, dest))
    return 1 / (1 + math.exp(-score))


@pytest.mark.parametrize(
    ("form", "folder", "says"),
    [
        ("colours", "records", "set FORM to one of 'structured', 'with vectors'"),
        ("structured", "", "and RECORDS to a folder"),
        ("structured", "a file/records", "answers cannot be recorded, so none is given: .*a file"),
    ],
)
def test_a_form_or_a_folder_that_is_not_there_is_one_clear_line(form, folder, says, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv(FORM, form)
    monkeypatch.setenv(RECORDS, folder and str(tmp_path / folder))
    with pytest.raises(NoRecorder, match=rf"^[^\n]*{says}[^\n]*$"):
        open_recorder(OF_SIDE["prediction_log"])
