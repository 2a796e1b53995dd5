"""The model's file, copied over the old one.

The host was set up once, by a page of the wiki: the service, its packages. The model's maker has an account there. When
there is a better model, its file is copied over the old one and the service is started again; it takes a minute. It has
worked every time so far, and the hosts are few.
"""

import shutil
from pathlib import Path

from problem.shipping import CannotShip, Release, Started, demand_files

UNKNOWN = "unknown"


class Shipper:
    """See ``problem.shipping``. What is published lies on its maker's computer."""

    swaps_in_process = False
    at_once = False
    lost: tuple[str, ...] = ()
    first_release = ("copy the service and its packages to the host", "copy the model", "start the service")
    next_release = ("copy the model", "start the service again")

    def __init__(self, workshop: Path, registry: str) -> None:
        self.releases: dict[str, Release] = {}

    def publish(self, release: Release) -> None:
        """See the contract."""
        demand_files(release)
        self.releases[release.version] = release

    def deliver(self, version: str, host: Path) -> Started:
        """See the contract. The service is set up once."""
        if version not in self.releases:
            raise CannotShip(f"nobody has a version {version}: ask its maker")
        release = self.releases[version]
        demand_files(release)
        if not (host / "service").exists():
            _set_up(release, host / "service")
        (host / "model").mkdir(exist_ok=True)
        shutil.copy(release.model, host / "model")
        return self.restart(host)

    def restart(self, host: Path) -> Started:
        """See the contract."""
        files = [*host.glob("model/*")]
        if not files:
            raise CannotShip(f"{host.name} has no model: copy it there")
        return Started(host / "service" / "predictor.py", host / "service" / "packages", files[0], UNKNOWN)


def _set_up(release: Release, service: Path) -> None:
    shutil.copytree(release.packages, service / "packages", copy_function=shutil.copy)
    shutil.copy(release.code, service / "predictor.py")
