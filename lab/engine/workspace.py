"""The folder that holds everything a study generates: ``.study`` in the repository, or ``$STUDY_HOME``."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MARK = "study-format"
FORMAT = "1"


class StudyError(RuntimeError):
    """Something the reader can mend; its text is one line that says how."""


def study_home() -> Path:
    """Where generated things live; the folder need not exist."""
    return Path(os.environ.get("STUDY_HOME") or REPOSITORY / ".study").expanduser().resolve()


def results() -> Path:
    """Where the finished results lie; raises ``StudyError`` if there are none yet."""
    folder = study_home() / "results"
    if not (folder / "scorecard.json").exists():
        raise StudyError(f"no results in {folder}: run `make study` first")
    return folder


@contextmanager
def opened(home: Path) -> Iterator[Path]:
    """The study folder, made if needed and held against a second run; raises ``StudyError`` if it is not ours."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        _check_mark(home)
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(lock.fileno(), True)  # a worker that outlives its study keeps the folder closed
            yield home
    except BlockingIOError:
        raise StudyError(
            f"another study is running in {home}: wait for it, or set STUDY_HOME to another folder"
        ) from None
    except OSError as error:
        raise readable(error, home) from error


def readable(error: OSError, home: Path) -> StudyError:
    """An operating system error as one line with its remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StudyError(f"no space left for {home}: free some and run again; finished parts are kept")
    return StudyError(f"cannot use {home} ({error.strerror or error}): set STUDY_HOME to a folder you can write to")


def _check_mark(home: Path) -> None:
    mark = home / MARK
    if not any(home.iterdir()):
        mark.write_text(FORMAT)
    if not mark.is_file():
        raise StudyError(f"{home} holds other things than a study: set STUDY_HOME to a new folder")
    if mark.read_bytes().strip() != FORMAT.encode():
        raise StudyError(f"{home} was written by another version of this study: run `make clean`, or set STUDY_HOME")
