"""The registry of an installation that answers over HTTP: each of its models lies there as a graph too."""

import time
from collections.abc import Collection
from pathlib import Path

from mlflow.entities.model_registry import ModelVersion
from sklearn.pipeline import Pipeline

from parts.model_export.compared_graph import export_alike
from reference.systems.fti.registry import CHAMPION, FITTED_ON, ModelRegistry
from reference.systems.fti.versions import check_model

LOOKS, PAUSE = 5, 0.05
"""How often a graph is looked for that is not there yet, and seconds from one look to the next."""


class ServedRegistry(ModelRegistry):
    """What is registered here is exported first, and refused if it answers otherwise then.

    Between a new champion and its graph lie some milliseconds, for which ``champion_graph`` waits.
    """

    def __init__(self, home: Path, features: Collection[str] | None = None) -> None:
        super().__init__(home, features)
        self._graphs, self._database = home / "graphs", home / "mlflow.db"

    def register(self, name: str, model: Pipeline) -> str:
        """As in ``ModelRegistry``; raises as ``export_alike`` does, and the champion before goes on then."""
        graph = export_alike(model)
        version = super().register(name, model)
        self._put(self._file(self._client().get_model_version(name, version)), graph)
        return version

    def champion_graph(self, name: str) -> tuple[bytes, str]:
        """The champion's graph, and its version; raises as ``champion`` does.

        One that was registered elsewhere is exported now; raises as ``export_alike`` does.
        """
        found = self._find_champion(name)
        file = self._file(found)
        for _ in range(LOOKS):
            if file.exists():
                return file.read_bytes(), str(found.version)
            time.sleep(PAUSE)
        self._put(file, export_alike(self.champion(name)[0]))
        return file.read_bytes(), str(found.version)

    def find_last_change(self) -> int:
        """When anything in the registry changed last, in nanoseconds since 1970; 0 if it cannot be read."""
        try:
            return self._database.stat().st_mtime_ns
        except OSError:
            return 0

    def _find_champion(self, name: str) -> ModelVersion:
        found = self._client().get_model_version_by_alias(name, CHAMPION)
        if self._features is not None:
            check_model(f"{name}/{found.version}", found.tags[FITTED_ON].split(), self._features)
        return found

    def _put(self, file: Path, graph: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(graph)
        part.replace(file)

    def _file(self, found: ModelVersion) -> Path:
        """By the run that registered it: a registry that was put back gives its numbers a second time."""
        return self._graphs / found.name / f"{found.run_id}.onnx"
