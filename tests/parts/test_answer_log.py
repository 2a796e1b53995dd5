"""The log of answers: a kill loses nothing that was written, and nothing half written is taken for an answer."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parts.service_shell.answer_log import AnswerLog, read_answers
from problem.contract import LOG

ROOM = 250
AT = "2013-10-01T08:00:00+00:00"
WRITER = """
import sys, time
from pathlib import Path
from parts.service_shell.answer_log import AnswerLog
log = AnswerLog(Path(sys.argv[1]))
for number in range(10**9):
    log.write({"flight_id": number, "asked_at": "2013-10-01T08:00:00+00:00"})
    print(number, flush=True)
"""


def answer(number: int) -> dict:
    return {"flight_id": number, "asked_at": AT, "prediction": 0.1 * number, "temp": None, "degraded": None}


def test_what_was_written_is_read_back_in_order_with_the_columns_of_the_contract(tmp_path: Path) -> None:
    log = AnswerLog(tmp_path)
    for number in range(5):
        log.write(answer(number))
    log.close()
    found = read_answers(tmp_path)
    assert list(found.columns) == [*LOG, "degraded"]
    assert found["flight_id"].tolist() == [0, 1, 2, 3, 4]
    assert found["prediction"].tolist() == [0.1 * number for number in range(5)]
    assert (found["asked_at"] == AT).all()


def test_kill_9_loses_no_answer_that_a_caller_has_got(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    time.sleep(0.5)
    got = [int(writer.stdout.readline()) for _ in range(200)]
    writer.send_signal(signal.SIGKILL)
    got += [int(line) for line in writer.stdout.read().splitlines()]
    assert len(got) >= 200
    assert set(got) <= set(read_answers(tmp_path)["flight_id"])


def test_a_new_run_writes_a_new_file(tmp_path: Path) -> None:
    for number in range(3):
        log = AnswerLog(tmp_path)
        log.write(answer(number))
        log.close()
    assert len(list(tmp_path.iterdir())) == 3
    assert read_answers(tmp_path)["flight_id"].tolist() == [0, 1, 2]


def test_the_half_line_that_a_power_cut_leaves_is_no_answer(tmp_path: Path) -> None:
    log = AnswerLog(tmp_path)
    log.write(answer(1))
    log.close()
    with log.file.open("a") as file:
        file.write(json.dumps(answer(2))[:-5])
    assert read_answers(tmp_path)["flight_id"].tolist() == [1]


def test_a_line_broken_in_the_middle_of_a_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "000001.jsonl").write_text('{"flight_id": 1\n' + json.dumps(answer(2)) + "\n")
    with pytest.raises(json.JSONDecodeError):
        read_answers(tmp_path)


@contextmanager
def no_room() -> Iterator[None]:
    """The system gives a file ``ROOM`` bytes and no more, as if the disk were full.

    Within a test alone: pytest's own output may be a file.
    """
    before, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_without_room_answers_are_counted_as_lost_and_no_half_line_is_left(tmp_path: Path) -> None:
    lost: list[int] = []
    log = AnswerLog(tmp_path, lambda: lost.append(1))
    with no_room():
        for number in range(4):
            log.write(answer(number))
        log.close()
    kept = read_answers(tmp_path)["flight_id"].tolist()
    assert 0 < len(kept) < 4
    assert len(kept) + len(lost) == 4
    assert log.file.read_bytes().endswith(b"\n")
    assert log.file.stat().st_size <= ROOM
