"""FTI behind the common door, on plain files; the pipelines are those of ``reference.systems.fti``."""

from pathlib import Path

from reference.systems.fti.adapters.plain_files.registry import ModelRegistry
from reference.systems.fti.adapters.plain_files.stores import FeatureStore
from reference.systems.fti.system import System as WithLibraries


class System(WithLibraries):
    """The same three pipelines with another store and another registry behind the names that they know."""

    def __init__(self, home: Path) -> None:
        self.store = FeatureStore(home / "features")  # type: ignore[assignment]  # it answers to the same names
        self.registry = ModelRegistry(home / "registry", self.store.features)  # type: ignore[assignment]
