"""The model inside the service's image.

Code and model of one commit are one image with one digest: what was tested is what answers, and a host that is started
again has all it needs. In return each model is a new image, and a new process on every host.
"""

from collections.abc import Mapping
from pathlib import Path

from parts.image_registry.image_copy import pull, push
from parts.image_registry.oci_layout import Blob, write_image, write_layer
from parts.image_registry.unpacking import unpack
from problem.shipping import CannotShip, Release, Started, demand_files

NAME = "service"
Layering = tuple[tuple[str, ...], ...]
MODEL_LAST: Layering = (("packages",), ("code",), ("model",))
WITH_CODE: Layering = (("packages",), ("code", "model"))
"""As ``COPY . .`` makes it, after the packages."""
TOGETHER: Layering = (("packages", "code", "model"),)
"""As ``COPY . .`` makes it, before the packages: every layer behind a changed one is built anew."""


class Shipper:
    """See ``problem.shipping``. ``layering``: what of a release lies in which layer, the lowest first."""

    swaps_in_process = False
    at_once = True
    lost: tuple[str, ...] = ()
    first_release = ("run a registry", "build and push the image", "pull it on the host", "start it")
    next_release = ("build and push the image", "pull it on the host", "start it")

    def __init__(self, workshop: Path, registry: str, layering: Layering = MODEL_LAST) -> None:
        self.layout = workshop / "images"
        self.registry = registry
        self.layering = layering
        self._packages: dict[Path, Blob] = {}

    def publish(self, release: Release) -> None:
        """See the contract."""
        demand_files(release)
        sources = {
            "packages": {"srv/packages": release.packages},
            "code": {"srv/predictor.py": release.code},
            "model": {f"srv/model/{release.model.name}": release.model},
        }
        layers = [self._write(group, sources, release) for group in self.layering]
        labels = {"version": release.version, "contract": release.contract}
        write_image(self.layout, release.version, layers, labels)
        push(self.layout, release.version, self.registry, NAME)

    def _write(self, group: tuple[str, ...], sources: Mapping[str, Mapping[str, Path]], release: Release) -> Blob:
        """The layer of a group; packages by themselves are written once, as a build's cache does."""
        if group == ("packages",) and release.packages in self._packages:
            return self._packages[release.packages]
        blob = write_layer(self.layout, {name: file for part in group for name, file in sources[part].items()})
        if group == ("packages",):
            self._packages[release.packages] = blob
        return blob

    def deliver(self, version: str, host: Path) -> Started:
        """See the contract."""
        pull(self.registry, NAME, version, host / "images")
        started = _open(version, host)
        (host / "version").write_text(version)
        return started

    def restart(self, host: Path) -> Started:
        """See the contract."""
        if not (host / "version").exists():
            raise CannotShip(f"{host.name} has no image: deliver one")
        return _open((host / "version").read_text(), host)


def _open(version: str, host: Path) -> Started:
    image = unpack(host / "images", version, host / "layers")
    (model,) = image.find("srv/model").iterdir()
    return Started(image.find("srv/predictor.py"), image.find("srv/packages"), model, image.labels["version"])
