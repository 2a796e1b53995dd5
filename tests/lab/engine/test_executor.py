"""A run of steps: it goes on where it stopped, never mixes versions, and says in one line what went wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.engine import display, step_cache
from lab.engine.step import Step
from lab.engine.workspace import REPOSITORY, StudyError

MEASURE = "toylab.work:measure"
A = Step("a", MEASURE, "a", {"text": "one"})
B = Step("b", "toylab.other:measure", "b", after=("a",))
C = Step("c", "toylab.work:measure", "c")


@pytest.fixture
def write(tree):
    """Writes the code of the step ``work``, in a module of its own."""

    def write_body(body: str) -> Step:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        tree.write("toylab/body.py", f"import os, sys, time\n\n\ndef work(folder, steps):\n{lines}")
        return Step("work", "toylab.body:work", "the work")

    return write_body


def test_a_step_writes_into_its_folder_and_a_second_run_does_nothing(run, tmp_path):
    assert sorted(run(A, C)) == ["a", "c"]
    assert (tmp_path / "steps/a/out.txt").read_text() == "one 86400"
    assert run(A, C) == []


def test_changed_code_runs_again_with_all_that_follows_from_it(run, tree):
    tree.write("toylab/other.py", "from toylab.work import measure\n")
    tree.write("toylab/third.py", "from toyparts.unused import SPARE\n" + (tree.root / "toylab/work.py").read_text())
    third = Step("third", "toylab.third:measure", "third")
    assert sorted(run(A, B, third)) == ["a", "b", "third"]
    tree.append("toyparts/unused.py", "MORE = 1\n")
    assert run(A, B, third) == ["third"]
    tree.append("toylab/other.py", "MORE = 1\n")
    assert run(A, B, third) == ["b"]


@pytest.mark.parametrize("name", ["out.txt", "deep/model.txt"])
def test_a_damaged_result_is_made_again_wherever_it_lies(run, write, tmp_path, name):
    step = write(f"file = folder / {name!r}\nfile.parent.mkdir(exist_ok=True)\nfile.write_text('1')")
    run(step)
    ended = step_cache.read_times(tmp_path / "steps/work")
    run(step)
    assert step_cache.read_times(tmp_path / "steps/work") == ended
    (tmp_path / "steps/work" / name).write_text("tampered")
    run(step)
    assert (tmp_path / "steps/work" / name).read_text() == "1"
    (tmp_path / "steps/work" / name).unlink()
    run(step)
    assert (tmp_path / "steps/work" / name).read_text() == "1"


def test_a_file_that_came_later_is_no_damage(run, tmp_path):
    run(A)
    (tmp_path / "steps/a/later.json").write_text("{}")
    assert run(A) == []


def test_what_was_finished_before_a_failure_is_kept(run, tree):
    tree.write("toylab/other.py", "def measure(folder, steps):\n    raise ValueError('no\\nway')\n")
    with pytest.raises(StudyError, match=r"^b: ValueError: no \(all it printed: .*/steps/b\.log\)$"):
        run(A, B)
    tree.write("toylab/other.py", "from toylab.work import measure\n")
    assert run(A, B) == ["b"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("from lab.engine.workspace import StudyError\nraise StudyError('mend this')", "the work: mend this "),
        ("import missing_library", "the work: ModuleNotFoundError: No module named 'missing_library'"),
        ("raise KeyError", "the work: KeyError "),
        ("sys.exit(3)", "the work: it ended with status 3"),
        ("os._exit(3)", "the work: it ended with status 3 and said nothing"),
        ("print('ValueError: bad')\nprint('more')\nsys.stdout.flush()\nos._exit(3)", "the work: ValueError: bad "),
        ("os.kill(os.getpid(), 9)", "the work: it was killed by SIGKILL"),
        ("(folder / 'out').symlink_to('/dev/full')\n(folder / 'out').write_text('a')", "the work: no space left for"),
    ],
)
def test_a_failure_is_one_line_that_says_what_happened(run, write, body, words, tmp_path):
    with pytest.raises(StudyError) as raised:
        run(write(body))
    assert str(raised.value).startswith(words)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "steps/work" / step_cache.DONE).exists()


def test_an_error_that_says_it_is_for_the_reader_is_told_without_its_type(run, write):
    step = write("class Missing(RuntimeError):\n    for_reader = True\nraise Missing('install the data')")
    with pytest.raises(StudyError, match="the work: install the data "):
        run(step)


def test_all_that_a_step_prints_goes_to_its_log(run, write, tmp_path, capfd):
    run(write("print('loud')\nprint('louder', file=sys.stderr)\nos.system('echo loudest')"))
    assert sorted((tmp_path / "steps/work.log").read_text().split()) == ["loud", "louder", "loudest"]
    assert capfd.readouterr().out == ""


def test_code_that_changes_during_a_run_gives_no_result(run, write, tree, tmp_path):
    step = write(f"open({str(tree.root / 'toylab/__init__.py')!r}, 'w').write('CHANGED = 1')")
    with pytest.raises(StudyError, match="the work: the code changed while this ran; run it again"):
        run(step)
    assert not (tmp_path / "steps/work" / step_cache.DONE).exists()


def test_a_module_that_the_key_does_not_cover_is_noticed(run, write):
    step = write("from importlib import import_module\nimport_module('toysystems.' + 'one')")
    words = r"toylab\.body:work loaded toysystems, toysystems\.one, toysystems\.one\.door, which its key does not cover"
    with pytest.raises(StudyError, match=words):
        run(step)
    run(Step(step.name, step.call, step.title, loads=("toysystems.one",)))


def test_a_module_that_a_child_loads_is_noticed_too(run, write):
    step = write(
        "from lab.engine.isolation import run_isolated\nfrom importlib import import_module\n"
        "list(run_isolated([lambda send: import_module('toysystems' + '.two')], 5))"
    )
    with pytest.raises(StudyError, match=r"loaded toysystems, toysystems\.two, which its key does not cover"):
        run(step)


@pytest.mark.parametrize("name", ["toydata/flights.csv", "toysystems/two.py"])
def test_a_file_that_the_key_does_not_cover_is_noticed(run, write, tree, name):
    step = write(f"open({str(tree.root / name)!r}).read()")
    with pytest.raises(StudyError, match=f"work read {name}, which its key does not cover: name it in data"):
        run(step)
    run(Step(step.name, step.call, step.title, data=(name.split("/")[0],)))


def test_files_of_steps_and_of_the_environment_need_no_naming(run, write, tree):
    tree.write(".venv/lib/settings.ini", "")
    tree.write("elsewhere.txt", "")
    step = write(
        "from toyparts import table\nopen(table.__file__).read()\n(folder / 'a').write_text('1')\n"
        f"(folder / 'a').read_text()\nopen({str(tree.root / '.venv/lib/settings.ini')!r}).read()\n"
        f"open({str(tree.root / 'elsewhere.txt')!r}, 'w').close()"
    )
    run(step)


def test_steps_share_nothing_and_libraries_see_one_thread(run, write, tree):
    step = write(
        "import toylab\nassert not hasattr(toylab, 'seen')\ntoylab.seen = True\nassert os.getpgid(0) == os.getpid()\n"
        "assert os.environ['OMP_NUM_THREADS'] == '1'\nassert 'PRELOADED_LIBRARIES' not in os.environ"
    )
    before = dict(os.environ)
    run(step, Step("again", step.call, "again", after=("work",)))
    assert dict(os.environ) == before


def test_a_step_that_measures_time_runs_alone_and_others_two_at_once(run, write, tmp_path):
    step = write(
        "def say(word):\n    with (steps / 'order.txt').open('a') as file: file.write(f'{word}-{folder.name}\\n')\n"
        "say('begin'); time.sleep(0.3); say('end')"
    )
    others = [Step(name, step.call, name) for name in "abc"]
    order = run(*others, Step("alone", step.call, "alone", alone=True))
    assert set(order[:2]) == {"begin-a", "begin-b"}
    assert order.index("end-alone") == order.index("begin-alone") + 1
    running, most = 0, 0
    for line in order:
        running += 1 if line.startswith("begin") else -1
        most = max(most, running)
    assert most == 2


def test_what_a_step_leaves_running_ends_with_it(run, write, tmp_path):
    run(write("import subprocess\npid = subprocess.Popen(['sleep', '600']).pid\n(folder / 'pid').write_text(str(pid))"))
    assert _is_gone(int((tmp_path / "steps/work/pid").read_text()))


def test_the_reader_sees_what_starts_what_is_kept_and_how_long_the_rest_takes(show, tmp_path, monkeypatch):
    seen = show(A)
    assert "…      a" in seen
    assert " s   a" in seen
    assert "kept   a" in show(A)
    monkeypatch.setattr(display, "EVERY", -1.0)
    assert "1 step left, about 10 min" in show(C, usual_seconds={"c": 600.0})
    assert set(json.loads((tmp_path / "steps/durations.json").read_text())) == {"a", "c"}


def test_each_step_that_ran_is_announced_once_its_output_is_there(show, tmp_path):
    there = []

    def note(step):
        there.append((step.name, (tmp_path / "steps" / step.name / "out.txt").exists()))

    show(A, finished=note)
    show(A, C, finished=note)
    assert there == [("a", True), ("c", True)]


PROGRAM = f"""\
import sys
from pathlib import Path

from rich.console import Console

from lab.engine.command import run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.step import Step

ROOT, FOLDER = Path(__file__).parent, Path(sys.argv[1])
STEPS = [Step("a", {MEASURE!r}, "a"), Step("slow", "toylab.slow:wait", "slow", after=("a",))]


def main():
    with Display(Console(file=sys.stdout)) as display:
        Executor(STEPS, FOLDER, display, ROOT, libraries=("no_such_library", "wave")).run()
    return 0


sys.exit(run_guarded("toy", main))
"""
SLOW = """\
import os, subprocess, sys, time

assert "wave" in sys.modules, "not loaded beforehand"


def wait(folder, steps):
    child = subprocess.Popen(["sleep", "600"])
    (steps / "pids.part").write_text(f"{os.getpid()} {child.pid}")
    (steps / "pids.part").rename(steps / "pids")
    while not (steps / "go").exists():
        time.sleep(0.05)
"""


@pytest.fixture
def program(tree, tmp_path):
    """Starts a program that waits in its second step; returns when it does so, with the pids of worker and child."""
    tree.write("program.py", PROGRAM)
    tree.write("toylab/slow.py", SLOW)
    folder = tmp_path / "steps"

    def start():
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        process = subprocess.Popen(
            [sys.executable, "program.py", str(folder)], cwd=tree.root, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        while not (folder / "pids").exists() and process.poll() is None:
            time.sleep(0.05)
        return process, [int(pid) for pid in (folder / "pids").read_text().split()]

    return start


def test_a_run_that_is_stopped_by_ctrl_c_takes_its_workers_along_and_can_go_on(program, tmp_path):
    process, pids = program()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate(timeout=20)
    assert errors == "toy: stopped; run it again to go on from here\n"
    assert process.returncode == 130
    assert all(map(_is_gone, pids))
    (tmp_path / "steps/go").touch()
    (tmp_path / "steps/pids").unlink()
    process, _ = program()
    seen, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert "kept   a" in seen


def test_the_workers_of_a_run_that_is_killed_end_with_it(program):
    process, pids = program()
    process.kill()
    process.communicate(timeout=20)
    assert all(map(_is_gone, pids))


def _is_gone(pid: int) -> bool:
    """Whether a process ends within some seconds; one that nobody has asked for its status yet is gone too."""
    for _ in range(100):
        status = Path(f"/proc/{pid}/stat")
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False
