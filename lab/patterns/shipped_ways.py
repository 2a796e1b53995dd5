"""An installation of one way to ship: its maker's workshop, its registry, its hosts; and what moves between them."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from parts.image_registry.registry import Registry, start_registry
from problem.shipping import Shipper

HAND, IMAGE, LOAD = "copied_by_hand", "model_in_image", "model_load"
LOGGED = 0.05
"""Seconds after which the registry has written what it sent."""


class Way(NamedTuple):
    """A side of the pattern, installed."""

    shipper: Shipper
    registry: Registry
    home: Path

    def host(self, name: str) -> Path:
        """A host's folder, empty at first."""
        folder = self.home / "hosts" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def count_moved(self, host: Path) -> "Counter":
        """Begin to count the bytes that reach a host."""
        return Counter(self.registry, host, self.registry.count_sent(), _look(host))


class Counter(NamedTuple):
    """What a registry had sent, and the files that a host had, when counting began."""

    registry: Registry
    host: Path
    sent: int
    files: Mapping[Path, tuple[int, int]]

    def read(self) -> int:
        """Bytes that the registry has sent since, by its log; where it sent none, those of files that are new."""
        time.sleep(LOGGED)
        new = [file for file, look in _look(self.host).items() if self.files.get(file) != look]
        return (self.registry.count_sent() - self.sent) or sum(file.stat().st_size for file in new)


def _look(host: Path) -> dict[Path, tuple[int, int]]:
    """By file, its size and when it was written, ns."""
    found = {file: file.stat() for file in host.rglob("*") if file.is_file()}
    return {file: (seen.st_size, seen.st_mtime_ns) for file, seen in found.items()}


@contextmanager
def open_ways(sides: Mapping[str, ModuleType], folder: Path) -> Iterator[dict[str, Way]]:
    """Each side with a registry of its own, by name; raises ``NoRegistry``."""
    with ExitStack() as stack:
        ways = {}
        for name, side in sides.items():
            home = folder / name
            registry = stack.enter_context(start_registry(home / "registry"))
            ways[name] = Way(open_shipper(side, home, registry.address), registry, home)
        yield ways


def open_shipper(side: ModuleType, home: Path, address: str) -> Shipper:
    """A side's shipper with its workshop under ``home``."""
    (home / "workshop").mkdir(parents=True, exist_ok=True)
    shipper: Shipper = import_module(f"{side.__name__}.shipper").Shipper(home / "workshop", address)
    return shipper
