"""FTI behind the common door, in one of the variants: another ``feature_store.yaml``, and nothing else."""

from pathlib import Path

import yaml

from beyond.backends import backend
from beyond.pipeline import refresh
from problem.world import World
from reference.fti.registry import ModelRegistry
from reference.fti.stores import FeatureStore
from reference.fti.system import System as Embedded

VARIANTS = Path(__file__).parent / "variants"
REDIS = "localhost:6379"
"""The address in ``variants/*.yaml``."""


class System(Embedded):
    """``config``: a ``feature_store.yaml`` with the additional key ``feature_backend`` (embedded, workers, spark)."""

    def __init__(self, home: Path, config: Path) -> None:
        settings = yaml.safe_load(config.read_text())
        spark_conf = settings.get("offline_store", {}).get("spark_conf", {})
        self._backend = backend(settings.get("feature_backend", "embedded"), spark_conf)
        self.store = FeatureStore(home / "features", config)
        self.registry = ModelRegistry(home / "registry", self.store.features)

    def wake(self, world: World) -> None:
        """The feature pipeline renews the views that are due, where the configuration says."""
        refresh(self.store, world.warehouse, world.now, self._backend)


def variant(name: str, folder: Path, redis: str = REDIS) -> Path:
    """The configuration of that name as a file in ``folder``, with the address (host:port) of a Redis server."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (VARIANTS / f"{name}.yaml").read_text()
    (folder / f"{name}.yaml").write_text(text.replace(REDIS, redis))
    return folder / f"{name}.yaml"
