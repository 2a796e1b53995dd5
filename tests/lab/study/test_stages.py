"""The price panel's stages: what is charged to them, and what is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.engine.workspace import REPOSITORY
from lab.study.steps import stage_work
from lab.systems import find_system, list_core
from measure.cost import footprint
from problem.contract import System

pytestmark = pytest.mark.slow

IMPORTING = """
import json, pathlib, sys
from lab.study.steps import stage_work
from lab.systems import find_system

name, mode, said, rehearsed = sys.argv[1:]
door = lambda name: find_system(name).import_door()
stage_work.WORK["import"] = lambda name, home, facts, mode: lambda: door(name) and {}
if rehearsed == "no":
    stage_work.rehearse = lambda *_: None
pathlib.Path(said).write_text(json.dumps(stage_work.weigh(name, "import", mode, pathlib.Path("nowhere"))))
"""


def importing(name: str, folder: Path, rehearsed: str) -> dict[str, float]:
    """What a stage is charged that does nothing but import its system, in a process of its own."""
    mode = find_system(name).stages[-1][1]
    command = [sys.executable, "-c", IMPORTING, name, mode, str(folder / "said.json"), rehearsed]
    subprocess.run(command, check=True, cwd=REPOSITORY, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    return dict(json.loads((folder / "said.json").read_text()))


@pytest.mark.parametrize("name", list_core())
@pytest.mark.skipif(not footprint.CLEAR.exists(), reason="the high-water mark of memory can be read on Linux only")
def test_a_stage_that_only_imports_weighs_nothing(name, tmp_path):
    found = importing(name, tmp_path, rehearsed="yes")
    assert found["memory"] < 3e6
    assert found["cpu"] < 0.3


@pytest.mark.skipif(not footprint.CLEAR.exists(), reason="the high-water mark of memory can be read on Linux only")
def test_without_its_rehearsal_a_stage_would_pay_for_its_libraries(tmp_path):
    found = importing("fti", tmp_path, rehearsed="no")
    assert found["memory"] > 50e6
    assert found["cpu"] > 0.5


def test_every_stage_is_one_that_can_be_run_and_every_mode_one_that_the_system_answers(installed):
    for name, of in {name: find_system(name).stages for name in list_core()}.items():
        system: System = installed(name)
        assert {stage for stage, _ in of} <= set(stage_work.WORK)
        assert {mode for stage, mode in of if stage == stage_work.ANSWERING} == set(system.modes)
        assert {mode for stage, mode in of if stage == "train"} == set(system.modes)


def test_a_machine_without_a_high_water_mark_still_gives_cpu_seconds(monkeypatch, tmp_path):
    monkeypatch.setattr(footprint, "CLEAR", tmp_path / "missing")
    runs: list[int] = []

    def work() -> stage_work.Figures:
        runs.append(sum(range(2_000_000)))
        return {}

    found = stage_work.weigh_work(work)
    assert found["memory"] is None
    assert found["cpu"]
    assert len(runs) == 1


def test_a_first_answer_is_waited_for_from_the_start_of_the_process():
    assert stage_work.time_work(lambda: {"first": 0.5, "p50": 3.0}, held=2.0) == {"first": 2.5, "p50": 3.0}
