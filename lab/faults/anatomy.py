"""Where the parts of a system lie that a fault can hit. What only some of them have is empty in the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from lab.systems import find_system

WRITERS = ("features", "training")
"""Jobs that leave something behind for others."""


@dataclass(frozen=True)
class Anatomy:
    """``jobs``: what runs by itself; ``code``: by file, the functions that make the weather features; ``models``: files
    of fitted models, as a pattern below the system's home; ``store``: the folder of stored features, and ``online``
    the database of their latest values.
    """

    package: str
    jobs: tuple[str, ...]
    code: Mapping[str, tuple[str, ...]]
    models: str
    store: str = ""
    online: str = ""


def describe_anatomy(name: str) -> Anatomy:
    """Where the parts of a system lie, by its card."""
    system = find_system(name)
    trains = ("features", "training") if system.has_store else ("training",)
    jobs, store = (*trains, *system.modes), "features" if system.has_store else ""
    return Anatomy(
        system.folder, jobs, system.weather_code, system.models, store, f"{store}/online.db" if store else ""
    )
