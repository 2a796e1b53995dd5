"""FTI behind the common door, in one of the variants: another ``feature_store.yaml``, and nothing else."""

from pathlib import Path

import pandas as pd
import yaml

from problem.world import World
from reference.systems.fti.adapters.engines.backends import Backend, backend
from reference.systems.fti.adapters.engines.engine_pipeline import refresh
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.system import System as Embedded

VARIANTS = Path(__file__).parent / "variants"
NAMES = tuple(sorted(path.stem for path in VARIANTS.glob("*.yaml")))
REDIS = "localhost:6379"
"""The address in ``variants/*.yaml``."""
WITNESS = "origin_departures"
"""The view whose first key must be known online if anything was ever stored; its count of flights is never null."""


class NothingOnline(RuntimeError):
    """The online store lost what this installation had put there, or is another one than before."""


class System(Embedded):
    """``config``: a ``feature_store.yaml`` with the additional key ``feature_backend`` (embedded, workers, spark).

    Raises ``NothingOnline`` where the embedded installation would notice that its file is gone: a server has no file.
    """

    def __init__(self, home: Path, config: Path) -> None:
        self._backend = backend_of(config)
        self.store = FeatureStore(home / "features", config)
        self.registry = ModelRegistry(home / "registry", self.store.features)
        check_online(self.store, home / "features")

    def wake(self, world: World) -> None:
        """The feature pipeline renews the views that are due, where the configuration says."""
        refresh(self.store, world.warehouse, world.now, self._backend)


def backend_of(config: Path) -> Backend:
    """Where this configuration has features made; ``ValueError`` if it names no place that there is."""
    settings = yaml.safe_load(config.read_text())
    return backend(settings.get("feature_backend", "embedded"), settings["offline_store"].get("spark_conf", {}))


def check_online(store: FeatureStore, folder: Path) -> None:
    """Raise ``NothingOnline`` if a key that the history in ``folder`` holds is unknown to the online store."""
    parts = sorted((folder / "history" / WITNESS).glob("*.parquet"))
    stored = pd.concat([pd.read_parquet(part, columns=["origin"]) for part in parts[-1:]])
    if WITNESS not in store.refreshed or stored.empty:
        return
    key = {"origin": stored["origin"].iloc[-1], "carrier": "", "dest": "", "tailnum": ""}
    if store.read_online([key])["origin_departures_2h"] == [None]:
        raise NothingOnline(
            f"the online store knows nothing of what {folder} has stored: "
            "delete that folder and run the feature pipeline, or name the server that was used before"
        )


def variant(name: str, folder: Path, redis: str = REDIS) -> Path:
    """The configuration of that name as a file in ``folder``, with the address (host:port) of a Redis server.

    Raises ``ValueError`` for a name that is none of ``NAMES``.
    """
    if name not in NAMES:
        raise ValueError(f"no variant is called {name}; there are {', '.join(NAMES)}")
    folder.mkdir(parents=True, exist_ok=True)
    text = (VARIANTS / f"{name}.yaml").read_text()
    (folder / f"{name}.yaml").write_text(text.replace(REDIS, redis))
    return folder / f"{name}.yaml"
