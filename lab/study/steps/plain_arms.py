"""One system in two arms: on its libraries, and on plain files.

A system may keep, in ``adapters/plain_files``, other files for some of its own, under the same names. Within a process
both arms are opened side by side, each by its door; where a whole program is started, the plain files stand in the
place of the others in a copy of the code.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from lab.engine.workspace import REPOSITORY
from lab.sandbox import import_weight
from lab.sandbox.cold_start import run_module
from lab.sandbox.patched_copy import patched_copy
from lab.study.arm_steps import PLAIN
from lab.study.steps import stage_work
from lab.systems import ADAPTERS, StudiedSystem, find_system, open_system
from problem.contract import Mode, System

LIBRARIES, FILES = "libraries", "files"
LIVE: Mode = "real_time"


def import_plain(name: str, module: str) -> ModuleType:
    """A module of the system's plain files."""
    return import_module(f"{find_system(name).package}.{ADAPTERS}.{PLAIN}.{module}")


def open_plain(name: str, home: Path) -> System:
    """The system on plain files, installed under ``home``."""
    opened: System = import_plain(name, "system").System(home)
    return opened


OPENED: dict[str, Callable[[str, Path], System]] = {LIBRARIES: open_system, FILES: open_plain}


@contextmanager
def code_of_arms(name: str) -> Iterator[dict[str, Path]]:
    """Where the code of each arm stands, as a whole program."""
    with patched_copy([]) as copy:
        for file in list_replaced(find_system(name), copy):
            shutil.copy(file, file.parents[2])
        yield {LIBRARIES: REPOSITORY, FILES: copy}


def list_replaced(system: StudiedSystem, root: Path = REPOSITORY) -> list[Path]:
    """The plain files that stand for one of the system's own; its door stays, and finds them under the old names."""
    return [file for file in list_plain(system, root) if (root / system.folder / file.name).exists()]


def list_plain(system: StudiedSystem, root: Path = REPOSITORY) -> list[Path]:
    """The plain files, without the door that opens them beside the system's own."""
    files = sorted((root / system.folder / ADAPTERS / PLAIN).glob("*.py"))
    return [file for file in files if file.stem not in ("__init__", "system")]


def start(code: Path, name: str, home: Path) -> tuple[dict[str, float], dict[str, float]]:
    """From a cold start: what ``stage_work`` says of answering, and ``import_weight`` of importing the door."""
    with TemporaryDirectory() as folder:
        said = [Path(folder) / "answers.json", Path(folder) / "imports.json"]
        stage = name, stage_work.ANSWERING, LIVE, str(home), str(said[0]), str(time.time())
        run_module(code, stage_work.__name__, *stage)
        run_module(code, import_weight.__name__, f"{find_system(name).package}.system", str(said[1]))
        answers, imports = (json.loads(file.read_text()) for file in said)
    return answers, imports
