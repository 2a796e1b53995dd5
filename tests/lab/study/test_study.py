"""The study as a person meets it: it goes on, never mixes versions, and says in one line what to mend."""

import json
import math
import os
import subprocess
import sys
from importlib import import_module

import pytest

from lab.engine.step_cache import mark_done
from lab.engine.step_keys import find_step_closure, key_of_steps
from lab.engine.workspace import (
    MARK,
    REPOSITORY,
    results_folder,
    study_folder,
)
from lab.study import __main__ as program
from lab.study.cell_text import format_cell, format_figure
from lab.study.deep_records import plan_study
from lab.study.display_selection import IN_SHORT
from lab.study.scorecard import _compute_key, passes_gate, read_rows
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row, make_absent
from lab.study.study_steps import plan_all
from lab.study.verdicts import find_winners
from lab.systems import find_system, list_core, read_systems
from publish import derived, scorecard_part
from publish.marked_parts import find_page, read_part
from publish.scorecard_part import render_scorecard


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "home", "says"),
    [
        (["--systems", "cathedral"], "new", "unknown system 'cathedral'; there are: monolith, "),
        ([], "binary", "was written by another version of this study"),
        ([], "foreign", "holds other things than a study"),
        ([], "old", "was written by another version of this study"),
        ([], "file", "set STUDY_HOME to a folder you can write to"),
    ],
)
def test_bad_input_is_one_line_and_a_non_zero_exit(arguments, home, says, tmp_path):
    folder = tmp_path / "home"
    if home == "file":
        folder.write_text("")
    elif home != "new":
        folder.mkdir()
        (folder / ("letters.txt" if home == "foreign" else MARK)).write_bytes(
            b"\xff\xfe" if home == "binary" else b"1066"
        )
    done = subprocess.run(
        [sys.executable, "-m", "lab.study", *arguments], cwd=REPOSITORY, env=os.environ | {"STUDY_HOME": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.is_dir() or not any(file.name == "steps" for file in folder.iterdir())


@pytest.mark.slow
def test_every_step_calls_a_function_and_has_a_key_of_its_own():
    steps = plan_all(list_core())
    for step in steps:
        module, _, function = step.call.partition(":")
        assert callable(getattr(import_module(module), function))
    assert len(set(key_of_steps(steps).values())) == len(steps)


def test_each_system_depends_on_its_own_code_and_on_neutral_ground_only():
    for step in (step for step in plan_study(list_core()) if step.name.startswith("train-")):
        modules = find_step_closure(step).modules
        assert "problem.facts" in modules
        others = {find_system(name).package for name in list_core()} - {find_system(step.arguments["name"]).package}
        assert not [module for module in modules for other in others if f"{module}.".startswith(f"{other}.")]


def test_figures_of_some_systems_depend_on_every_card_as_rivals_are_looked_up_among_all():
    (step,) = (step for step in plan_all(["monolith", "split"]) if step.name == "measure_code-monolith-split")
    assert {f"{system.folder}/card.toml" for system in read_systems().values()} <= set(step.data)


def test_stopping_it_is_not_an_error_with_a_traceback(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "study", stopped)
    assert program.main([]) == 130
    assert "run it again to go on" in capsys.readouterr().err


def test_study_home_moves_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_HOME", str(tmp_path / "elsewhere"))
    assert study_folder() == tmp_path / "elsewhere"
    monkeypatch.delenv("STUDY_HOME")
    assert study_folder() == REPOSITORY / ".study"


def test_the_gate_fails_if_one_vector_differs():
    assert passes_gate([Row("gate", "split", "real_time", 0.0), Row("skew", "split", "real_time", 1.0)])
    assert not passes_gate([Row("gate", "split", "real_time", 1.0)])
    assert not passes_gate([Row("oracle", "fti", "batch", 2.0)])


def test_the_page_has_a_line_for_each_figure():
    rows = [
        Row(key, name, "batch", 0.5, 0.4, 0.6, part=part)
        for key in QUESTIONS
        if QUESTIONS[key].theme != "causes"
        for name in list_core()
        for part in IN_SHORT.get(key, ("",))
    ]
    shown = [key for key in QUESTIONS if IN_SHORT.get(key, True) and QUESTIONS[key].theme != "causes"]
    lines = [line for line in render_scorecard(rows).splitlines() if "batch" in line]
    assert len(lines) == sum(len(IN_SHORT.get(key, ("",))) for key in shown)


@pytest.mark.study
def test_the_page_shows_the_recorded_results():
    """Figures may differ in their last digit from machine to machine."""
    page, rows = find_page("scorecard"), read_rows(results_folder())
    assert derived.is_fresh(page, scorecard_part.render_page()[page], str), "run: make derived"
    assert read_part(page.read_text(), "scorecard").count("\n") > len({row.key for row in rows})


def test_a_step_that_was_run_again_makes_the_scorecard_anew(tmp_path):
    names = [step.name for step in plan_study(list_core())]
    for name in names:
        (tmp_path / name).mkdir()
        mark_done(tmp_path / name, "key")
    before = _compute_key(tmp_path, list_core())
    assert _compute_key(tmp_path, list_core()) == before
    (tmp_path / names[-1] / "measured.txt").write_text("another figure")
    mark_done(tmp_path / names[-1], "key")
    assert _compute_key(tmp_path, list_core()) != before


def test_systems_named_twice_run_once():
    assert program._options(["--systems", "fti,fti,monolith"]).systems == ["monolith", "fti"]


def test_scorecard_rows_survive_the_disk(tmp_path):
    rows = [
        Row("skew", "fti", "batch", 0.0, 0.0, 0.1, "note"),
        Row("break_even", "fti", "batch", math.inf, 2.0, math.inf, part="bytes"),
        make_absent("monitor", "fti", "batch", "nothing to see"),
    ]
    (tmp_path / "scorecard.json").write_text(json.dumps([row.as_json("fti") for row in rows], allow_nan=False))
    assert read_rows(tmp_path) == rows


def test_what_does_not_apply_competes_with_nobody():
    rows = [make_absent("monitor", "fti", "batch", "no skew"), Row("monitor", "monolith", "batch", 0.4)]
    assert find_winners(rows, "monitor") == {"batch": ""}
    assert format_cell(rows[0]) == "–"
    with pytest.raises(ValueError, match="monitor does not apply to fti: no skew"):
        _ = rows[0].interval


def test_figures_have_the_precision_that_their_unit_deserves():
    assert format_figure("skew", 0.12345) == "12.3%"
    assert format_figure("gap", 0.12345) == "0.123"
    assert format_figure("nodes", 12345.0) == "12,345"
    assert format_figure("second", 12.345) == "12.3"
    assert format_figure("break_even", math.inf) == "∞"
    assert format_figure("break_even", 1886.0) == ">100"
    assert format_figure("break_even", 23.0) == "23"
