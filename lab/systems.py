"""The systems of the study, as their cards describe them. Whoever needs a list of systems asks here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.cards import FILE, ROOMS, Card, read_card
from lab.engine.workspace import REPOSITORY, StudyError
from problem.contract import System

THEME = "systems"
CORE, SMALL = "core", "small"
SOURCE = (".py", ".pyc")
ADAPTERS = "adapters"
"""The folder in which a system is fitted to parts and to other engines: no part of what the study measures."""


@dataclass(frozen=True)
class Program:
    """What ships as one: its ``stages``, and the modules that it starts from (``entries``)."""

    stages: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True)
class StudiedSystem:
    """A system. ``arm``: ``CORE`` (the whole study) or ``SMALL``; ``has_store``: a job stores features for the others.

    ``ablated``: the study takes its marked causes of skew away one by one; ``gate_cured``: only with all of them gone
    does it do the same job on the frozen fixture. ``stages``: (stage, kind of question) of all that runs by itself;
    ``data_edges``: (reader, writer), functions that meet in a file or a database; ``weather_code``: by file, the
    functions that make the weather features; ``models``: fitted models, as a pattern below an installation.
    """

    card: Card
    arm: str
    has_store: bool
    ablated: bool
    gate_cured: bool
    stages: tuple[tuple[str, str], ...]
    jobs: tuple[str, ...]
    schedules: tuple[str, ...]
    data_edges: tuple[tuple[str, str], ...]
    programs: Mapping[str, Program]
    weather_code: Mapping[str, tuple[str, ...]]
    models: str

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.card.id

    @property
    def is_control(self) -> bool:
        """Whether it is an exhibit with one remedy and nothing else changed."""
        return self.card.kind == "control"

    @property
    def folder(self) -> str:
        """Where its code lies, from the repository's root."""
        return self.card.folder

    @property
    def package(self) -> str:
        """The dotted name of its code."""
        return self.card.package

    @property
    def code(self) -> list[Path]:
        """What the rulers of code read: its files and folders without adapters."""
        return list_code(REPOSITORY / self.folder)

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules and packages of its own code, which the study loads by name."""
        return tuple(f"{self.package}.{path.stem}" for path in self.code if path.stem != "__init__")

    @property
    def text(self) -> tuple[str, ...]:
        """All of its own files, for whoever reads them as text, from the repository's root."""
        return (f"{self.folder}/{FILE}", *(path.relative_to(REPOSITORY).as_posix() for path in self.code))

    @property
    def data(self) -> tuple[str, ...]:
        """Its card, and the files among its code that are no Python, from the repository's root."""
        beside = [
            path for entry in self.code for path in entry.rglob("*") if path.is_file() and path.suffix not in SOURCE
        ]
        return (f"{self.folder}/{FILE}", *(path.relative_to(REPOSITORY).as_posix() for path in sorted(beside)))

    @property
    def modes(self) -> tuple[str, ...]:
        """The kinds of question that it answers."""
        return tuple(mode for stage, mode in self.stages if stage == "serve")

    def import_door(self) -> ModuleType:
        """The module whose ``System`` is its door."""
        return import_module(f"{self.package}.system")

    def open(self, home: Path) -> System:
        """The system, installed under ``home``."""
        opened: System = self.import_door().System(home)
        return opened

    def adapter(self, name: str) -> ModuleType | None:
        """The module ``adapters/NAME.py``; None for a system that needs none."""
        if not (REPOSITORY / self.folder / ADAPTERS / f"{name}.py").exists():
            return None
        return import_module(f"{self.package}.{ADAPTERS}.{name}")


def list_code(folder: Path) -> list[Path]:
    """The files and folders in a system's folder that are code of its own, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.name != ADAPTERS and (path.suffix == ".py" or path.is_dir())
                  and path.name != "__pycache__")  # fmt: skip


@cache
def read_systems() -> dict[str, StudiedSystem]:
    """Every system by name, in the order that their cards say."""
    folders = [file.parent for room in ROOMS for file in (REPOSITORY / room / THEME).glob(f"*/{FILE}")]
    systems = [find_system(folder.name) for folder in folders]
    return {system.name: system for system in sorted(systems, key=lambda system: system.card.details["order"])}


def competing() -> list[str]:
    """The names of all systems but controls: those that can win a measure where they are studied together."""
    return [name for name, system in read_systems().items() if not system.is_control]


def list_compared() -> list[str]:
    """The names of the systems that compete in the core study."""
    return [name for name, system in read_systems().items() if system.arm == CORE and not system.is_control]


def list_controls() -> list[str]:
    """The names of the core study's controls."""
    return [name for name, system in read_systems().items() if system.arm == CORE and system.is_control]


def list_ablated() -> list[str]:
    """The names of the core study's systems whose causes of skew it takes away one by one."""
    return [name for name in list_core() if read_systems()[name].ablated]


def list_core() -> list[str]:
    """The names of the core study's systems and controls, in the order of their cards."""
    return [name for name, system in read_systems().items() if system.arm == CORE]


def find_rival(name: str, systems: list[str]) -> str:
    """The system that a paired figure of one of ``systems`` is taken against; "" if there is no other.

    It is the one with a store; that one's own rival is the first of the others.
    """
    others = [other for other in systems if other != name]
    return next((other for other in others if find_system(other).has_store), next(iter(others), ""))


@cache
def find_system(name: str) -> StudiedSystem:
    """The system of that name, by its own card alone; raises ``StudyError`` if there is none."""
    for room in ROOMS:
        if (file := REPOSITORY / room / THEME / name / FILE).exists():
            return _read_system(read_card(file))
    raise StudyError(f"unknown system {name!r}; there are: {', '.join(read_systems())}")


def open_system(name: str, home: Path) -> System:
    """The system of that name, installed under ``home``."""
    return find_system(name).open(home)


def _read_system(card: Card) -> StudiedSystem:
    """The system that a card describes; raises ``StudyError`` naming the card and the key that is missing or wrong."""
    try:
        system = _make_system(card)
    except KeyError as error:
        raise StudyError(f"{card.folder}/{FILE}: [system] has no {error.args[0]}") from error
    if system.arm not in (CORE, SMALL):
        raise StudyError(f"{card.folder}/{FILE}: arm is to be {CORE!r} or {SMALL!r}")
    return system


def _make_system(card: Card) -> StudiedSystem:
    said: Mapping[str, Any] = card.details
    _ = said["order"]  # a card without it is refused here, and not first where systems are put in order
    programs = {
        name: Program(tuple(of["stages"]), _name_modules(card, of["entries"])) for name, of in said["programs"].items()
    }
    return StudiedSystem(
        card=card,
        arm=said["arm"],
        has_store=said.get("has_store", False),
        ablated=said.get("ablated", False),
        gate_cured=said.get("gate_cured", False),
        stages=tuple((stage, mode) for stage, mode in said["stages"]),
        jobs=tuple(said["jobs"]),
        schedules=tuple(said["schedules"]),
        data_edges=tuple((f"{card.package}.{a}", f"{card.package}.{b}") for a, b in said["data_edges"]),
        programs=programs,
        weather_code={f"{card.folder}/{file}": tuple(names) for file, names in said["weather_code"].items()},
        models=said["models"],
    )


def _name_modules(card: Card, names: list[str]) -> tuple[str, ...]:
    return tuple(f"{card.package}.{name}" for name in names)
