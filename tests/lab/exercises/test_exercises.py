"""Every exercise fails as given and passes as solved; wrong answers are refused; a learner's work is safe."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lab.engine.workspace import REPOSITORY
from lab.exercises import check
from lab.exercises.answers import Answers, read_answers, run_cells
from lab.exercises.check import EXERCISES, NOTEBOOKS, Exercise, Verdict, judge
from publish.exercises import exercise, regions, render_exercise, render_exercises, solution
from publish.notebooks.build_notebooks import describe_notebook

pytestmark = pytest.mark.slow

BY_NUMBER = {made.number: made for made in EXERCISES}
SOURCE = {number: made.solution.read_text() for number, made in BY_NUMBER.items()}
STEPS = {1: (2, 3, 4), 2: (5,), 3: (6,), 4: (7, 8), 5: (9,)}
"""The regions of the last exercise that each of its steps is about; the first holds the guesses."""


def answers_of(text: str) -> Answers:
    return run_cells(describe_notebook(text))


def judged(number: int, text: str, *only: str) -> dict[str, Verdict]:
    """The verdicts on a notebook's text, of all parts or of those whose names begin so."""
    parts = {name: part for name, part in BY_NUMBER[number].parts().items() if not only or name.startswith(only)}
    assert parts
    return {verdict.part: verdict for verdict in judge(parts, answers_of(text))}


def solved_but(number: int, right: str, wrong: str) -> str:
    """A solution with one answer changed."""
    text = solution(SOURCE[number])
    assert text.count(right) == 1
    return text.replace(right, wrong)


def complaint(number: int, right: str, wrong: str, part: str) -> str:
    """What one part says of a solution with one answer changed."""
    (verdict,) = judged(number, solved_but(number, right, wrong), part).values()
    return "; ".join(verdict.wrong)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_nothing_passes_as_given_and_each_part_says_in_one_line_what_is_missing(number):
    for verdict in judged(number, exercise(SOURCE[number])).values():
        assert not verdict.passed, verdict.part
        assert all(line and "\n" not in line and len(line) < 200 for line in verdict.wrong)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_everything_passes_as_solved(number):
    answers = answers_of(solution(SOURCE[number]))
    verdicts = judge(BY_NUMBER[number].parts(), answers)
    assert {verdict.part: verdict.wrong for verdict in verdicts if not verdict.passed} == {}
    assert answers.stopped == []


def test_the_exercises_are_those_that_the_solutions_give():
    stored = {made.name: made.notebook.read_text() for made in EXERCISES}
    assert stored == {made.name: render_exercise(made.solution) for made in EXERCISES}
    folders = [(NOTEBOOKS / "solutions").glob("*.py"), (NOTEBOOKS / "exercises").glob("*.ipynb")]
    assert [sorted(path.stem for path in found) for found in folders] == [[made.name for made in EXERCISES]] * 2


def test_an_exercise_holds_no_solution():
    for number, text in SOURCE.items():
        given = "".join(cell.source for cell in describe_notebook(exercise(text)).cells)
        assert not [part for part in regions(text) if part in given], number
        assert "solution>" not in given
        assert "stub:" not in given


@pytest.mark.parametrize("number", BY_NUMBER)
def test_every_exercise_has_the_same_frame(number):
    cells = describe_notebook(solution(SOURCE[number])).cells
    first, last = cells[0].source, cells[-1].source
    assert first.startswith(f"# Exercise {number}. {BY_NUMBER[number].title}")
    assert len(re.findall("。", first.split("*日本語*: ")[1].split("\n\n")[0])) == 2
    assert f"make check EX={number}" in "".join(cell.source for cell in cells)
    assert "Predict" in "".join(cell.source for cell in describe_notebook(exercise(SOURCE[number])).cells)
    assert "What you saw" in last
    assert "*Where the anti-pattern would have won.*" in last
    assert last.split("**A question for the room.**")[1].count("?") >= 1


def test_the_folders_page_has_a_row_for_each_exercise():
    rows = re.findall(r"^\| (\d) \| \[(\w+)\]\((\w+)\.ipynb\)", (NOTEBOOKS / "exercises/README.md").read_text(), re.M)
    assert rows == [(str(made.number), made.name, made.name) for made in EXERCISES]


LEAKS = {
    "the feature": ('leaking = "origin_dep_delay_2h"', 'leaking = "carrier_arr_delay_24h"', "ends on the clock"),
    "the rows": (
        '["asked_at"], "flight_id"].unique()',
        '["asked_at"], "flight_id"].unique()[1:]',
        "1 rows are missing",
    ),
}


@pytest.mark.parametrize("part", LEAKS)
def test_a_wrong_feature_and_a_missing_row_are_refused(part):
    right, wrong, said = LEAKS[part]
    assert said in complaint(1, right, wrong, part)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('"legs.arrived_at"', "origin_dep_delay_2h is wrong"),
        ('"legs.departed_at").replace("<= asked", "< asked"', "origin_dep_delay_2h is wrong"),
        ('"legs.departed_at").replace("24 HOUR", "23 HOUR"', "leave it as it was"),
        ('"legs.gone_at"', "`mended` raises BinderException"),
    ],
)
def test_a_query_that_still_leaks_or_changes_another_feature_is_refused(wrong, said):
    assert said in complaint(1, '"legs.departed_at"', wrong, "the query")


def test_known_at_the_instant_asked_is_no_leak():
    late, at_most = 'pairs["departed_at"] > pairs["asked_at"]', 'pairs["departed_at"] >= pairs["asked_at"]'
    assert "known at asked_at counts" in complaint(1, late, at_most, "the rows")


def test_one_wrong_side_is_named_and_its_answer_is_not_told():
    verdicts = judged(2, solved_but(2, '"C": "training"', '"C": "both"'))
    (line,) = verdicts["mutants of the split"].wrong
    assert line.startswith("C (offline.py, >= becomes >): not both")
    assert "training" not in line
    assert verdicts["mutants of FTI"].passed


def test_a_side_that_is_none_is_asked_for_before_anything_is_run():
    assert "has no answer for K" in complaint(2, '"K": "serving"', '"K": "left"', "mutants of FTI")


CURE = "    return table.join(latest[WEATHER])\n"
NOT_CURES = {
    "constants": ("    return table.assign(**weather[WEATHER].median())\n", "differs in"),
    "nulls": ("    return table.assign(**dict.fromkeys(WEATHER))\n", "serving has a value"),
    "the weather to come": (CURE.replace("latest", "latest.shift(-1)"), "differs in"),
}


@pytest.mark.parametrize("name", NOT_CURES)
def test_a_cure_that_cheats_is_refused(name):
    wrong, said = NOT_CURES[name]
    assert said in complaint(3, CURE, wrong, "the cure")


def test_a_cure_that_forgets_how_old_an_observation_may_be_is_refused():
    said = complaint(3, ', "tolerance": pd.Timedelta("6h")', "", "the cure")
    assert "how old may an observation be?" in said


def test_a_cure_that_changes_another_feature_is_refused():
    said = complaint(3, CURE, CURE.replace("table.join", "table.assign(distance=0).join"), "nothing else")
    assert said.startswith("distance changed too")


def test_a_cure_that_fails_in_the_copy_says_why():
    assert "raises NameError: name 'np' is not defined" in complaint(3, CURE, "    return np.nan\n", "the cure")


@pytest.mark.parametrize("other", ["min", "mean"])
def test_another_aggregate_than_the_maximum_is_refused(other):
    said = complaint(4, 'max_2h="max"', f'max_2h="{other}"', "monolith")
    assert "not what the oracle says" in said
    assert "training: it is not the largest" in said or "no departure delay" in said


def test_a_feature_that_one_half_of_the_split_lacks_is_refused():
    text = solved_but(4, '"origin_dep_delay_max_2h": self.departures[origin].maximum(now),', "")
    assert "oracle" in "; ".join(judged(4, text, "split")["split"].wrong)


def test_a_maximum_that_never_forgets_is_refused():
    said = complaint(
        4, "for at, value in self.values if at > now - self.length)", "for at, value in self.values)", "split"
    )
    assert "real_time: served" in said


def test_an_edit_that_cannot_be_made_says_why():
    assert "the old text stands in offline.py 0 times" in complaint(4, '.agg(["mean", "count"])\'', "gone'", "split")


@pytest.mark.parametrize(("every", "said"), [("2h", "too old"), ("15min", "too dear"), ("7min", "is to be one of")])
def test_an_interval_beyond_age_or_budget_is_refused(every, said):
    assert said in complaint(5, 'every = "1h"', f'every = "{every}"', "the interval")


def test_theory_is_refused_where_it_is_wrong():
    assert "when do people ask" in complaint(5, "age_daily = 980", "age_daily = 720", "the ages")


def with_steps(regions_done) -> str:
    """The last exercise with some of its regions solved, without the cell that runs the monolith."""
    before, demonstration, after = exercise(SOURCE[6], regions_done).partition("# %%\nfacts = few_flights()\n")
    assert demonstration
    return f"{before}{demonstration}\n# %%{after.split('# %%', 1)[1]}"


@pytest.mark.parametrize("done", range(6))
def test_steps_pass_one_after_the_other(done):
    regions_done = {1} | {number for step in range(1, done + 1) for number in STEPS[step]}
    verdicts = judged(6, with_steps(regions_done))
    assert [verdict.passed for verdict in verdicts.values()] == [True] + [step <= done for step in range(1, 6)]


NOT_STEPS = {
    "a window closed on the wrong side": ('["known_at"] <= at)]\n    means = rows.groupby("origin")',
        '["known_at"] < at)]\n    means = rows.groupby("origin")', 1, "the window is (at - length, at]"),
    "rows left out where nothing happened": (".reindex(list(ORIGINS))", "", 1, "also where nothing is in the window"),
    "one clock for both": ("stored_at=at + RUN_TIME", "stored_at=at", 2, "stored_at is when the run was over"),
    "rows read before they were stored": ('right_on="stored_at", by=key).drop(columns="stored_at")',
        'right_on=f"{name}_as_of", by=key).drop(columns="stored_at")', 3, "it can be read from stored_at on"),
    "rows in another order": ('rows.sort_values("place").drop', "rows.drop", 3, "in the order of `asked`"),
    "any version is good": ('if kept["version"] != version:', "if False:", 4, "was loaded for version 1"),
    "half an error": (', not {version}")', '")', 4, "is to name both versions"),
    "a look at the facts": ("    made = row[", "    facts.landings.tail()\n    made = row[", 5, "looks at facts"),
    "facts loaded anew": ("    made = row[", "    few_flights()\n    made = row[", 5, "looks at facts"),
    "an age by the wrong clock": ("_as_of\"].iloc[0]", "_as_of\"].iloc[0] + RUN_TIME", 5, "ages are wrong"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_STEPS)
def test_a_wrong_step_is_refused_and_hides_no_other(name):
    right, wrong, step, said = NOT_STEPS[name]
    text = with_steps(range(1, 10))
    assert text.count(right) == 1
    text = text.replace(right, wrong)
    if name == "rows read before they were stored":  # and sorted for it
        text = text.replace('.sort_values("stored_at")', '.sort_values("as_of")')
    verdicts = list(judged(6, text).values())
    assert said in "; ".join(verdicts[step].wrong)
    assert all(verdict.passed for verdict in verdicts[1:step])
    assert verdicts[4].passed or step in (1, 4)


def test_a_cell_that_raises_is_told_with_its_line_and_keeps_no_other_from_running():
    answers = answers_of("# %%\na = 1\n\n# %%\nb = a\nc = 1 / 0\n\n# %%\n%time d = 3\n\n# %%\ne = a + 1\n")
    assert answers.stopped[0] == "cell 2 raises ZeroDivisionError: division by zero (cell 2, line 2)"
    assert answers.stopped[1] == "cell 3 raises RuntimeError: magics (%) are not run in a check (cell 3, line 1)"
    assert answers.names["e"] == 2


@pytest.mark.parametrize(
    "text", ["# <solution>\nx = 1\n", "# </solution>\n", "# stub: x = None\n", "x = 1  # <solution>\n"]
)
def test_a_mark_without_its_partner_is_refused(text):
    with pytest.raises(ValueError, match="belongs to no region"):
        exercise(text)


TOY = "# %%\n# <solution>\nx = 1\n# </solution>\n# stub: x = None\n\n# %%\ny = 2\n"


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Exercise:
    """An exercise in a folder of its own."""
    monkeypatch.setattr(check, "NOTEBOOKS", tmp_path)
    made = Exercise(0, "toy", "Toy", "")
    for file in (made.solution, made.notebook):
        file.parent.mkdir()
    made.solution.write_text(TOY)
    return made


def write(made: Exercise) -> bool:
    """Write it as ``make derived`` does; whether that was done."""
    for path, text in (files := render_exercises([made])).items():
        path.write_text(text)
    return bool(files)


def test_a_learners_work_is_never_written_over(toy):
    assert write(toy)
    toy.solution.write_text(TOY.replace("y = 2", "y = 3"))
    assert write(toy)  # nobody has worked on it: the new one takes its place
    worked = nbformat.read(toy.notebook, as_version=4)
    worked.cells[0].source = "x = 5"
    nbformat.write(worked, toy.notebook)
    assert not write(toy)
    assert read_answers(toy.notebook).take("x") == 5
    toy.notebook.unlink()
    assert write(toy)
    assert read_answers(toy.notebook).names["x"] is None


def test_an_exercise_that_was_only_run_counts_as_worked_on(toy):
    write(toy)
    run = nbformat.read(toy.notebook, as_version=4)
    run.cells[1].execution_count = 1
    nbformat.write(run, toy.notebook)
    assert not write(toy)


def test_the_command_reports_by_parts_and_ends_with_the_right_status(tmp_path, monkeypatch, capsys):
    text = solved_but(5, 'every = "1h"', 'every = "2h"').replace("age = 28", "age = 55")
    for name, source in (("wrong", text), ("right", solution(SOURCE[5]))):
        nbformat.write(describe_notebook(source), tmp_path / f"{name}.ipynb")
    ends = {}
    for name in ("wrong", "right"):
        monkeypatch.setattr(sys, "argv", ["check", "5", "--notebook", str(tmp_path / f"{name}.ipynb")])
        ends[name] = check.main()
    said = capsys.readouterr().out
    assert ends == {"wrong": 1, "right": 0}
    assert "  not yet  the interval\n" in said
    assert "  ok       the ages\n" in said
    assert "Traceback" not in said


def test_a_file_that_is_no_notebook_is_told_in_one_line(tmp_path, capsys):
    (tmp_path / "torn.ipynb").write_text('{"cells": [')
    assert not check.report(BY_NUMBER[1], tmp_path / "torn.ipynb")
    assert not check.report(BY_NUMBER[1], tmp_path / "none.ipynb")
    said = capsys.readouterr().out
    assert "cannot read torn.ipynb" in said
    assert "cannot read none.ipynb" in said
    assert "Traceback" not in said


def test_nbval_leaves_the_exercises_alone_and_takes_the_lessons():
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q", "-p", "no:cacheprovider", "notebooks"]
    found = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert "01_the_problem.ipynb" in found
    assert "exercises" not in found


def test_nothing_of_a_machine_stands_in_an_exercise():
    for made in EXERCISES:
        assert not re.search(r"/(home|root|tmp|work)/", Path(made.notebook).read_text())
