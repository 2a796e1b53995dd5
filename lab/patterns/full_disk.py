"""A disk that is full for a while: what each form of recording makes of it. In a process of its own, as the limit is
one of a process: ``python -m lab.patterns.full_disk FOLDER MODULE...`` prints a row of JSON for each form."""

import io
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from importlib import import_module
from pathlib import Path
from typing import Any

from lab.faults.injectors import check_injected
from lab.patterns.example_answers import make_answered
from problem.recorded import Form

ANSWERS = 200
"""Given while the disk is full; one more before and one after."""
PATIENCE = 2.0
"""Seconds in which a form that writes later is to have met the full disk."""


@contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """No file of this process can grow any more; ``file`` is one to try it on. Raises ``NotInjected``."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    file.write_bytes(b"there is room")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        check_injected(not can_grow(file), "files still grow")
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def can_grow(file: Path) -> bool:
    """Whether a byte more can be written to it."""
    with file.open("ab", buffering=0) as opened:
        try:
            return opened.write(b"!") == 1
        except OSError:
            return False


def fill_up(form: Form, folder: Path, answers: int = ANSWERS) -> dict[str, Any]:
    """Answers that were given and recorded, whether these are in order, and the lines that somebody was told."""
    with redirect_stderr(io.StringIO()) as said:
        recorder = form.open(folder)
        recorder.record(make_answered(0))
        with full_disk(folder.with_suffix(".probe")):
            for number in range(1, answers + 1):
                recorder.record(make_answered(number))
            wait_until_said(said)
        recorder.record(make_answered(answers + 1))
        recorder.close()
    kept = [row["flight_id"] for row in form.read(folder)]
    told = said.getvalue().splitlines()
    return {"given": answers + 2, "recorded": len(kept), "in_order": kept == sorted(set(kept)), "told": told}


def wait_until_said(said: io.StringIO) -> None:
    """Until the form has met the trouble and told of it, or will not."""
    until = time.monotonic() + PATIENCE
    while not said.getvalue() and time.monotonic() < until:
        time.sleep(0.01)


def main(folder: str, *modules: str) -> None:
    """The forms of these modules, one after the other."""
    for module in modules:
        for name, form in import_module(module).FORMS.items():
            place = Path(folder) / f"{module}-{name.replace(' ', '_')}"
            print(json.dumps({"form": name} | fill_up(form, place)))


if __name__ == "__main__":
    main(*sys.argv[1:])
