"""Tasks in children: what they send comes back, and a limit ends them."""

import os
import time

import pytest

from lab.engine import progress
from lab.engine.isolation import run_isolated


def test_what_a_task_sends_comes_back_and_one_that_takes_too_long_is_ended():
    def talk(send):
        send("one")
        send(2)

    def wait(send):
        send("still here")
        time.sleep(60)

    def spin(send):
        while True:
            pass

    def die(send):
        os._exit(3)

    ended = {number: (results, why) for number, results, why in run_isolated([talk, wait, spin, die], 0.3)}
    late = "no answer within 0.3 s"
    assert ended == {0: (["one", 2], ""), 1: (["still here"], late), 2: ([], late), 3: ([], "ended with status 3")}


def test_the_limit_is_on_work_done_and_not_on_time_that_passes():
    assert [end.early_end for end in run_isolated([lambda send: time.sleep(1.2)], 1)] == [""]


def test_children_are_quiet(capfd):
    def shout(send):
        print("loud")
        os.write(1, b"louder")
        progress.report(1, 1)
        send("done")

    assert list(run_isolated([shout], 5)) == [(0, ["done"], "")]
    assert capfd.readouterr().out == ""


def test_an_error_ends_a_task_with_what_it_sent_before():
    def fail(send):
        send("before")
        raise ValueError

    assert list(run_isolated([fail], 5)) == [(0, ["before"], "ended with status 1")]


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_run_at_the_same_time_than_asked_for(tmp_path, at_once):
    def task(send):
        file = tmp_path / str(os.getpid())
        file.touch()
        time.sleep(0.2)
        send(len(list(tmp_path.iterdir())))
        file.unlink()

    counts = [end.results[0] for end in run_isolated([task] * 4, 5, at_once)]
    assert max(counts) == at_once


def test_a_caller_that_stops_listening_leaves_no_child_behind(tmp_path):
    def quick(send):
        send(os.getpid())

    def slow(send):
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(600)

    ends = run_isolated([slow, quick], 60)
    next(ends)
    ends.close()
    if (tmp_path / "pid").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)
