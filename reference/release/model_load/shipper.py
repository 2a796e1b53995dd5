"""The model out of the registry, into a service that is there already.

The service's image changes when code changes, the model when it was trained: two teams, two rhythms. A process that
answers takes the next model without being started again. In return somebody has to see to it that the two fit: each
model carries the name of the vector it was made for, and a host refuses one that its code does not make.
"""

from pathlib import Path

from parts.image_registry.image_copy import pull, push
from parts.image_registry.oci_layout import write_image, write_layer
from parts.image_registry.unpacking import Damaged, Unpacked, unpack
from problem.shipping import CannotShip, Release, Started, demand_files

SERVICE, MODEL = "service", "model"


class Shipper:
    """See ``problem.shipping``. A host keeps what it has pulled, until its container is gone."""

    swaps_in_process = True
    at_once = True
    lost: tuple[str, ...] = ("models",)
    first_release = ("run a registry", "build and push the service", "push the model", "pull the service", "start it")
    next_release = ("push the model", "tell the service to load it")

    def __init__(self, workshop: Path, registry: str) -> None:
        self.layout = workshop / "images"
        self.registry = registry
        self._pushed: set[str] = set()

    def publish(self, release: Release) -> None:
        """See the contract. The service is pushed when its contract is new."""
        demand_files(release)
        if release.contract not in self._pushed:
            self._push_service(release)
        layer = write_layer(self.layout, {f"srv/model/{release.model.name}": release.model})
        tag = f"{MODEL}-{release.version}"
        write_image(self.layout, tag, [layer], {"version": release.version, "made_for": release.contract})
        push(self.layout, tag, self.registry, MODEL)

    def _push_service(self, release: Release) -> None:
        packages = write_layer(self.layout, {"srv/packages": release.packages})
        code = write_layer(self.layout, {"srv/predictor.py": release.code})
        tag = f"{SERVICE}-{release.contract}"
        write_image(self.layout, tag, [packages, code], {"contract": release.contract})
        push(self.layout, tag, self.registry, SERVICE)
        self._pushed.add(release.contract)

    def deliver(self, version: str, host: Path) -> Started:
        """See the contract. A new host gets the service that the model was made for."""
        pull(self.registry, MODEL, f"{MODEL}-{version}", host / "models")
        model = unpack(host / "models", f"{MODEL}-{version}", host / "models" / "layers")
        named = host / "contract"
        if not named.exists():
            pull(self.registry, SERVICE, f"{SERVICE}-{model.labels['made_for']}", host / "images")
            named.write_text(model.labels["made_for"])
        started = _fit_together(model, host)
        (host / "version").write_text(version)
        return started

    def restart(self, host: Path) -> Started:
        """See the contract."""
        if not (host / "version").exists():
            raise CannotShip(f"{host.name} was never told which model to load: deliver one")
        version = (host / "version").read_text()
        try:
            return _fit_together(unpack(host / "models", f"{MODEL}-{version}", host / "models" / "layers"), host)
        except Damaged:
            return self.deliver(version, host)


def _fit_together(model: Unpacked, host: Path) -> Started:
    """The service of the host with this model; raises ``CannotShip`` if the model was made for another."""
    runs, version = (host / "contract").read_text(), model.labels["version"]
    if model.labels["made_for"] != runs:
        wants = model.labels["made_for"]
        raise CannotShip(f"model {version} is made for contract {wants}, {host.name} runs {runs}: update the service")
    service = unpack(host / "images", f"{SERVICE}-{runs}", host / "layers")
    (file,) = model.find("srv/model").iterdir()
    return Started(service.find("srv/predictor.py"), service.find("srv/packages"), file, version)
