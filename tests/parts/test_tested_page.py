"""A page of commands: what fits, what does not, and nothing that a command leaves running is left."""

import os
import sys
import time
from pathlib import Path

import pytest

from parts.tested_page.page import Step, end, read_page, run_page, run_step

PAGE = """\
# A page

## First

Words, and `$ no command`.

    $ echo one; echo two 17
    one
    two ...

    $ true

## Second

    $ echo three
    four
"""


def test_commands_are_read_with_their_headings_and_what_is_expected():
    assert read_page(PAGE) == [
        Step("First", "echo one; echo two 17", "one\ntwo ...\n"),
        Step("First", "true", ""),
        Step("Second", "echo three", "four\n"),
    ]


def test_only_what_ends_well_and_prints_what_is_expected_fits(tmp_path):
    steps = [*read_page(PAGE), Step("", "echo four; exit 3", "four\n")]
    ran = [*run_page(steps, tmp_path, {})]
    assert [each.fits for each in ran] == [True, False, False, False]
    assert [each.works for each in ran] == [True, True, False, False]


def test_a_command_sees_its_folder_and_its_environment(tmp_path):
    step = Step("", "pwd; echo $WORD", "")
    assert run_step(step, tmp_path, {"WORD": "here"}).output.split() == [str(tmp_path.resolve()), "here"]


def test_a_command_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("parts.tested_page.page.PATIENCE", 0.2)
    ran = run_step(Step("", "echo begun; sleep 60", ""), tmp_path, {})
    assert (ran.status, ran.output) == (124, "begun\n")
    assert not is_running(ran.group)


def test_what_a_command_leaves_running_ends_with_the_page(tmp_path):
    for ran in run_page([Step("", "sleep 60 > out 2>&1 &", "")], tmp_path, {}):
        group = ran.group
        assert is_running(group)
    assert not is_running(group)
    end(group)  # a second time there is nothing to end


RUN_INNER = """
from pathlib import Path
from parts.tested_page.page import Step, run_page
steps = [Step("", "sleep 60 > out 2>&1 & echo $$ > left", ""), Step("", "echo $$ > at_work; sleep 60", "")]
print([*run_page(steps, Path(), {})])
"""


def test_a_page_that_is_run_by_a_command_which_does_not_end_leaves_nothing_either(tmp_path, monkeypatch):
    (tmp_path / "inner.py").write_text(RUN_INNER)
    monkeypatch.setattr("parts.tested_page.page.PATIENCE", 3)
    told = {"PYTHONPATH": str(Path(__file__).parents[2])}
    ran = run_step(Step("", f"{sys.executable} inner.py", ""), tmp_path, told)
    groups = [int((tmp_path / name).read_text()) for name in ("left", "at_work")]
    try:
        assert ran.status == 124
        assert [is_running(group) for group in (ran.group, *groups)] == [False] * 3
    finally:
        for group in groups:
            end(group)


def is_running(group):
    """Whether a process of the group is there, once ended ones have had a moment to go."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        if not any_alive(group):
            return False
        time.sleep(0.01)
    return True


def any_alive(group):
    import psutil

    members = [each for each in psutil.process_iter(["pid", "status"]) if _group_of(each.pid) == group]
    return any(each.info["status"] != psutil.STATUS_ZOMBIE for each in members)


def _group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


@pytest.mark.parametrize("text", ["", "# Only words\n\n    no command\n"])
def test_a_page_without_commands_has_none(text):
    assert read_page(text) == []
