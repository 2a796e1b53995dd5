"""The folder that holds everything that is generated: ``.study`` in the repository, or ``$STUDY_HOME``."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MARK = "study-format"
FORMAT = "1"
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class StudyError(RuntimeError):
    """Something that the reader can mend; its text is one line that says how."""

    for_reader = True


def study_folder() -> Path:
    """The folder for generated things; it need not exist."""
    return Path(os.environ.get("STUDY_HOME") or REPOSITORY / ".study").expanduser().resolve()


def results_folder() -> Path:
    """The folder of finished results; raises ``StudyError`` if there are none yet."""
    folder = study_folder() / "results"
    if not (folder / "scorecard.json").exists():
        raise StudyError(f"no results in {folder}: run `make study` first")
    return folder


@contextmanager
def open_workspace(folder: Path) -> Iterator[Path]:
    """The study folder, made if needed and locked against a second run; raises ``StudyError`` if it is not ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_mark(folder)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder
    except BlockingIOError:
        raise StudyError(
            f"another study is running in {folder}: wait for it, or set STUDY_HOME to another folder"
        ) from None
    except OSError as error:
        raise explain_os_error(error, folder) from error


def explain_os_error(error: OSError, folder: Path) -> StudyError:
    """An error of the operating system as one line with its remedy."""
    if error.errno in DISK_FULL:
        return StudyError(f"no space left for {folder}: free some and run again; finished parts are kept")
    return StudyError(f"cannot use {folder} ({error.strerror or error}): set STUDY_HOME to a folder you can write to")


def _check_mark(folder: Path) -> None:
    mark = folder / MARK
    if not any(folder.iterdir()):
        mark.write_text(FORMAT)
    if not mark.is_file():
        raise StudyError(f"{folder} holds other things than a study: set STUDY_HOME to a new folder")
    if mark.read_bytes().strip() != FORMAT.encode():
        raise StudyError(f"{folder} was written by another version of this study: run `make clean`, or set STUDY_HOME")
