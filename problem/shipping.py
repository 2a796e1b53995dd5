"""A model on its way to the hosts that answer with it: what is released, and the door of every way to ship it.

A host is a folder. What arrives there is started as a process; what differs is how it gets there.
"""

from pathlib import Path
from typing import NamedTuple, Protocol


class CannotShip(RuntimeError):
    """A release did not get there: one line that says why. What answered before goes on."""


class Release(NamedTuple):
    """What its maker has: the predictor's ``code`` (one file), the ``packages`` that it imports, and the ``model``.

    ``contract``: which vector the model was made for; it is the one that ``code`` makes.
    """

    version: str
    code: Path
    packages: Path
    model: Path
    contract: str = "1"


class Started(NamedTuple):
    """The files that a process on a host is started with; ``version``: what the host knows of the model's."""

    code: Path
    packages: Path
    model: Path
    version: str


class Shipper(Protocol):
    """The door of every way to ship: one object for its maker's computer and all hosts.

    ``swaps_in_process``: whether a process that answers takes the next model without being started again.
    ``at_once``: whether several hosts are served at the same time. ``lost``: what of a host's folder does not outlive
    its container. ``first_release``, ``next_release``: the steps of whoever does it, one host each.
    """

    swaps_in_process: bool
    at_once: bool
    lost: tuple[str, ...]
    first_release: tuple[str, ...]
    next_release: tuple[str, ...]

    def __init__(self, workshop: Path, registry: str) -> None:
        """``workshop``: a folder on the maker's computer; ``registry``: host and port."""

    def publish(self, release: Release) -> None:
        """Make a release ready to be delivered; raises ``CannotShip``."""

    def deliver(self, version: str, host: Path) -> Started:
        """Bring a published version to a host, new or not; raises ``CannotShip``, and the old files are there still."""

    def restart(self, host: Path) -> Started:
        """What a host that is started again begins with; raises ``CannotShip`` if it has lost it."""


def demand_files(release: Release) -> None:
    """Raises ``CannotShip`` for a release that lacks one of its parts."""
    for part in (release.code, release.packages, release.model):
        if not part.exists():
            raise CannotShip(f"release {release.version} has no {part}: make it first")
