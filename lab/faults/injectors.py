"""The faults themselves. Each is a context: inside it the fault is there, and has been seen to be there."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from importlib import import_module
from pathlib import Path

from lab.changes.replay_dataset import INSTALLED
from lab.engine.workspace import REPOSITORY
from lab.faults import planted_defects
from lab.faults.scene import Scene
from lab.sandbox.changed_module import ChangedModule, forget_package
from problem.facts import Facts

Inject = Callable[[Scene], AbstractContextManager[Scene]]
FLIPPED = 4096
"""Bytes changed in the middle of a corrupt model's file, one block of a disk; its length stays."""


class NotInjected(AssertionError):
    """The fault could not be seen after it had been put in: nothing that follows would mean anything."""


def check_injected(there: bool, what: str) -> None:
    """Raise ``NotInjected`` unless the fault is there."""
    if not there:
        raise NotInjected(what)


class WithoutLandings(Facts):
    """Facts whose table of landings cannot be read; nor can the whole warehouse, which is one read."""

    def __getattribute__(self, name: str) -> object:
        if name == "landings":
            raise FileNotFoundError("the table landings cannot be read")
        return super().__getattribute__(name)


@contextmanager
def raw_data_missing(scene: Scene) -> Iterator[Scene]:
    """The warehouse cannot give the table of landings; reading anything from it reads that, too."""
    broken = scene.seeing(WithoutLandings(**vars(scene.facts)))
    try:
        broken.facts.known_at(scene.now)
    except FileNotFoundError:
        yield broken
    else:
        check_injected(False, "the landings can still be read")


@contextmanager
def raw_data_stopped(scene: Scene) -> Iterator[Scene]:
    """No fact has reached the warehouse or the stream since the system was installed."""
    stopped = scene.seeing(scene.facts.known_at(INSTALLED))
    check_injected(scene.facts.landings["known_at"].max() > scene.now > INSTALLED, "no fact is missing")
    yield stopped


def plant_defect(kind: str) -> Inject:
    """A defect in the code of the weather features: ``raising`` or ``nulls``."""

    @contextmanager
    def inject(scene: Scene) -> Iterator[Scene]:
        package, code, finders = scene.system.package, scene.system.weather_code, [*sys.meta_path]
        forget_package(package)
        for file, names in code.items():
            module = ".".join(Path(file).with_suffix("").parts)
            text = planted_defects.decorate_functions((REPOSITORY / file).read_text(), names, kind)
            sys.meta_path.insert(0, ChangedModule(module, REPOSITORY / file, text))
            import_module(module)
        hit = {name for names in code.values() for name in names}
        check_injected(set(planted_defects.APPLIED) == hit, f"hit {planted_defects.APPLIED}, not {hit}")
        try:
            yield scene
        finally:
            sys.meta_path[:] = finders
            forget_package(package)

    return inject


@contextmanager
def model_missing(scene: Scene) -> Iterator[Scene]:
    """The file of the model ``late`` is gone."""
    for file in list_models(scene):
        file.unlink()
    check_injected(not list(scene.home.glob(scene.system.models)), "a model is left")
    yield scene


@contextmanager
def model_corrupt(scene: Scene) -> Iterator[Scene]:
    """A block in the middle of the model's file is not what was written."""
    for file in list_models(scene):
        whole = file.read_bytes()
        middle = len(whole) // 2
        flipped = bytes(byte ^ 0xFF for byte in whole[middle : middle + FLIPPED])
        file.write_bytes(whole[:middle] + flipped + whole[middle + FLIPPED :])
        check_injected(file.read_bytes() != whole and file.stat().st_size == len(whole), f"{file.name} is as before")
    yield scene


def list_models(scene: Scene) -> list[Path]:
    """The files of the model ``late``; raises ``NotInjected`` if there are none."""
    found = list(scene.home.glob(scene.system.models))
    check_injected(bool(found), "there is no model to harm")
    return found


@contextmanager
def store_missing(scene: Scene) -> Iterator[Scene]:
    """The folder of stored features is gone."""
    shutil.rmtree(scene.store)
    check_injected(not scene.store.exists(), "the store is still there")
    yield scene


@contextmanager
def store_locked(scene: Scene) -> Iterator[Scene]:
    """Somebody holds the database of the latest values for himself."""
    file = scene.store / "online.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        check_injected(_is_locked(file), "the store can be read")
        yield scene


def _is_locked(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0.1)) as reader:
        try:
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
    return False
