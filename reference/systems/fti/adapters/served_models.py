"""The registry of an installation that answers over HTTP: each of its models lies there as a graph too."""

from collections.abc import Collection
from pathlib import Path

from sklearn.pipeline import Pipeline

from parts.model_export.compared_graph import export_alike
from problem.contract import TARGETS
from reference.systems.fti.registry import CHAMPION, FITTED_ON, ModelRegistry
from reference.systems.fti.versions import check_model


class ServedRegistry(ModelRegistry):
    """What is registered here is exported first, and refused if it answers otherwise then.

    Between a new champion and its graph lie some milliseconds, in which ``champion_graph`` raises ``LookupError``.
    """

    def __init__(self, home: Path, features: Collection[str] | None = None) -> None:
        super().__init__(home, features)
        self._graphs, self._database = home / "graphs", home / "mlflow.db"

    def register(self, name: str, model: Pipeline) -> str:
        """As in ``ModelRegistry``; raises as ``export_alike`` does, and the champion before goes on then."""
        graph = export_alike(model)
        version = super().register(name, model)
        self._put(name, version, graph)
        return version

    def export_champion(self, name: str) -> None:
        """Do the same for a model that was registered before there was a service; raises as ``export_alike`` does."""
        model, version = self.champion(name)
        self._put(name, version, export_alike(model))

    def champion_graph(self, name: str) -> tuple[bytes, str]:
        """The champion's graph, and its version; raises as ``champion`` does, ``LookupError`` if it has no graph."""
        version = self._find_champion(name)
        try:
            return self._file(name, version).read_bytes(), version
        except FileNotFoundError:
            raise LookupError(f"{name}/{version} has no graph: register it in a ServedRegistry") from None

    def find_last_change(self) -> int:
        """When anything in the registry changed last, in nanoseconds since 1970; 0 if it is gone."""
        return self._database.stat().st_mtime_ns if self._database.exists() else 0

    def _find_champion(self, name: str) -> str:
        found = self._client().get_model_version_by_alias(name, CHAMPION)
        if self._features is not None:
            check_model(f"{name}/{found.version}", found.tags[FITTED_ON].split(), self._features)
        return str(found.version)

    def _put(self, name: str, version: str, graph: bytes) -> None:
        file = self._file(name, version)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(graph)
        part.replace(file)

    def _file(self, name: str, version: str) -> Path:
        return self._graphs / name / f"{version}.onnx"


def export_models(home: Path) -> None:
    """Make an installation's models ready for a service."""
    registry = ServedRegistry(home / "registry")
    for target in TARGETS:
        registry.export_champion(f"{target}_real_time")
