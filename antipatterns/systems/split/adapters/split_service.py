"""The split at work: its service's state in memory, its models as they were when it started."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from antipatterns.systems.split import online
from parts.model_export.compared_graph import export_alike
from parts.model_export.graph_scoring import open_graph
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Champion, Look, NotAnswered
from problem.contract import AGES, KEYS, Request
from problem.world import World


@dataclass
class SplitPredictor:
    """``home``: an installation; ``world``: the stream, read up to its instant before the service answers."""

    home: Path
    metrics: Metrics
    world: World
    system: str = "split"

    def __post_init__(self) -> None:
        self._state: online.State | None = None
        self._champion: Champion | None = None

    def start(self) -> None:
        """Read the retained stream, load and export the models: a new model needs a new start.

        Raises as ``export_alike`` does for one that would answer otherwise.
        """
        state = online.State(self.world.warehouse.planes)
        for event in self.world.stream():
            state.observe(event)
        models = online.load_models(self.home)
        late, delay = (open_graph(export_alike(models[target]["model"])) for target in ("late", "delay"))
        self._champion = Champion(late, models["late"]["version"], delay, models["delay"]["version"])
        self.metrics.in_force(self._champion.versions)
        self._state = state

    def close(self) -> None:
        """Nothing was begun."""

    def champion(self) -> Champion:
        """See ``Predictor``."""
        if self._champion is None:
            raise NotAnswered("the service has not started")
        return self._champion

    def newest(self) -> datetime:
        """See ``Predictor``: when the newest event was known."""
        return self._started().clock

    def look_up(self, request: Request) -> Look:
        """See ``Predictor``. The state is as fresh as the last event, so every age is 0; all features are one read."""
        began = perf_counter()
        features = self._started().features(request)
        given = {name: getattr(request, name) for name in (*KEYS, "mode")}
        return Look(given | features | dict.fromkeys(AGES, 0.0), perf_counter() - began)

    def _started(self) -> online.State:
        if self._state is None:
            raise NotAnswered("the service has not started")
        return self._state
