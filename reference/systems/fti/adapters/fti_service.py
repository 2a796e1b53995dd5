"""FTI at work: the champions and the online store, followed while pipelines renew both in processes of their own."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Champion, Look, NotAnswered, StoreSilent
from problem.contract import AGES, KEYS, Request
from reference.systems.fti.adapters.champions import Champions
from reference.systems.fti.adapters.served_models import ServedRegistry
from reference.systems.fti.adapters.store_with_deadline import GuardedStore
from reference.systems.fti.feature_repo.definitions import COLUMNS
from reference.systems.fti.inference import online_vector
from reference.systems.fti.on_demand import complete
from reference.systems.fti.versions import VersionMismatch

FEATURES = [f"{view}:{column}" for view, (_, columns) in COLUMNS.items() for column in columns]
"""What the feature service of this program serves; a champion fitted on anything else is refused."""


@dataclass
class FtiPredictor:
    """``home``: an installation. ``degrade``: whether to answer from nulls where stored features cannot be had."""

    home: Path
    metrics: Metrics
    degrade: bool = True
    system: str = "fti"

    def __post_init__(self) -> None:
        self._store = GuardedStore(self.home / "features")
        registry = ServedRegistry(self.home / "registry", FEATURES)
        self._champions = Champions(registry, self.metrics.in_force, self.metrics.rejected.inc)
        self._newest: datetime | None = None

    def start(self) -> None:
        """See ``Predictor``."""
        self._champions.start()
        self._store.warm_up()

    def close(self) -> None:
        """See ``Predictor``."""
        self._champions.close()
        self._store.close()

    def champion(self) -> Champion:
        """See ``Predictor``."""
        return self._champions.now()

    def newest(self) -> datetime:
        """See ``Predictor``. While the store is silent, what it said last."""
        try:
            self._newest = self._store.newest()
        except StoreSilent as error:
            if self._newest is None or not self.degrade:
                raise NotAnswered(str(error)) from None
        return self._newest

    def look_up(self, request: Request) -> Look:
        """See ``Predictor``."""
        try:
            vector = online_vector(self._store, request)  # type: ignore[arg-type]  # all that it reads is guarded
            return Look(vector, self._store.fetched)
        except (StoreSilent, VersionMismatch) as error:
            if not self.degrade:
                raise StoreSilent(str(error)) from error
            return Look(_from_nulls(request), self._store.fetched, str(error))


def _from_nulls(request: Request) -> dict[str, object]:
    """The vector of a request of which nothing is stored."""
    stored = {column: None for _, columns in COLUMNS.values() for column in columns}
    features = complete(request._asdict(), stored)
    return {name: getattr(request, name) for name in (*KEYS, "mode")} | features | dict.fromkeys(AGES)
