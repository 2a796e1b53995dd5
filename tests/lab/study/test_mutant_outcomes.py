"""The worker finds, in a toy, which code is shared and which is written twice, and survives what raises or hangs."""

import sys
from importlib import import_module

import pandas as pd
import pytest

from lab.study.steps.mutant_outcomes import run_mutants
from lab.study.steps.small_world import SmallWorld
from lab.study.steps.system_run import Life
from measure.code.cochange import COLUMNS, co_change
from measure.code.effect import CannotMeasure
from problem.facts import load_facts
from problem.questions import questions

pytestmark = pytest.mark.slow

DOOR = """\
from problem.contract import AGES, FEATURES, KEYS
from toy.shared import distance, never_called
from toy import offline, online
import pandas as pd


class System:
    modes = "batch", "real_time"

    def __init__(self, home):
        (home / "left_behind").write_text("")

    def wake(self, world):
        pass

    def training_features(self, warehouse, asked):
        rows = [answer(request, offline.hour) for request in asked.itertuples()]
        return pd.DataFrame(rows)

    def look_up(self, world, asked):
        hour = online.hour if asked[False].mode == "real_time" else offline.hour
        return [answer(request, hour) | {"mode": request.mode} | dict.fromkeys(AGES) for request in asked]


def answer(request, hour):
    names = {name: getattr(request, name) for name in KEYS}
    computed = {"distance": distance(request.distance), "local_hour": hour(request.scheduled_at)}
    return names | dict.fromkeys(FEATURES) | computed
"""
SHARED = """\
def distance(miles):
    steps = []
    while len(steps) < 2:
        steps += [miles]
    return steps[0]


def never_called(x):
    return x + 1
"""
OFFLINE = "def hour(at):\n    return at.hour + 5\n"
ONLINE = "def hour(at):\n    return 5 + at.hour\n"


@pytest.fixture
def life(tmp_path, monkeypatch):
    """A toy whose two halves, in real time, each have their own hour."""
    code = tmp_path / "toy"
    code.mkdir()
    files = {"__init__": "", "system": DOOR, "shared": SHARED, "offline": OFFLINE, "online": ONLINE}
    for name, text in files.items():
        (code / f"{name}.py").write_text(text)
    homes = tmp_path / "homes"
    homes.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    facts = load_facts()
    asked = pd.concat([questions(facts, mode).iloc[[9, 99]] for mode in ("batch", "real_time")])
    return Life(code, "toy", lambda home: import_module("toy.system").System(home), SmallWorld(facts, asked), homes)


def found(rows, file, mode):
    rows = rows[(rows["file"] == file) & (rows["mode"] == mode)]
    columns = ["line", "before", "after", "features_training", "features_serving"]
    return list(rows[columns].itertuples(index=False, name=None))


def test_shared_code_moves_both_sides_and_code_written_twice_moves_one(life):
    before = {file: file.read_bytes() for file in life.code.rglob("*.py")}
    rows = run_mutants(life, patience=3)
    assert set(COLUMNS) | {"mode", "reached", "cells", "cells_both"} < set(rows)
    for mode in ("batch", "real_time"):
        serving = "local_hour" if mode == "batch" else ""
        assert found(rows, "offline.py", mode) == [
            (2, "+", "-", "local_hour", serving),
            (2, "5", "6", "local_hour", serving),
        ]
    assert found(rows, "online.py", "real_time")[0] == (2, "5", "6", "", "local_hour")
    assert co_change(rows[rows["mode"] == "real_time"]).definitions(["local_hour"]) == {"local_hour": 2}
    assert {file: file.read_bytes() for file in life.code.rglob("*.py")} == before
    assert not [name for name in sys.modules if name.startswith("toy")]


def test_what_raises_and_what_is_never_called_is_told_apart(life):
    rows = run_mutants(life, at_once=1, patience=3).set_index(["file", "line", "before", "mode"])
    raising = rows.loc[("shared.py", 4, "+=", "batch")]
    assert raising["training_failure"] == "TypeError: unsupported operand type(s) for -=: 'list' and 'list'"
    assert rows.loc[("system.py", 21, "False", "batch"), "serving_failure"] == ""
    never = rows.loc[("shared.py", 9, "+", "batch")]
    assert (never["reached"], never["training_failure"], never["features_training"]) == (False, "", "")
    assert rows.loc[("shared.py", 3, "2", "batch"), "features_training"] == ""


def test_a_failure_of_one_mode_is_none_of_the_other(life):
    (life.code / "online.py").write_text("def hour(at):\n    return [5][0] + at.hour\n")
    rows = run_mutants(life, patience=3).set_index(["file", "column", "mode"])
    assert rows.loc[("online.py", 15, "real_time"), "serving_failure"] == "IndexError: list index out of range"
    assert rows.loc[("online.py", 15, "real_time"), "training_failure"] == ""
    assert rows.loc[("online.py", 15, "batch"), "serving_failure"] == ""


def test_code_that_fails_as_written_is_not_measured(life):
    (life.code / "online.py").write_text("def hour(at):\n    return 1 / 0\n")
    with pytest.raises(CannotMeasure, match="the unchanged code fails: ZeroDivisionError: division by zero"):
        run_mutants(life, patience=3)
