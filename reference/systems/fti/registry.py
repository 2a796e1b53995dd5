"""The model registry (MLflow): where the training pipeline meets the inference pipeline."""

from collections.abc import Collection
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient
from sklearn.pipeline import Pipeline

from reference.systems.fti.versions import check_model

CHAMPION = "champion"
FITTED_ON = "fitted_on"
TRUSTED = [
    "functools.partial",
    "sklearn.utils.validation.check_array",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]
"""Types of the fitted pipeline that skops loads only if named. Trees are node tables that scikit-learn follows
without bounds checks: trust them only in a registry that nobody but the training pipeline writes to."""
REQUIREMENTS = ["scikit-learn", "pandas"]


class ModelRegistry:
    """Fitted models by name; the version that answers carries the alias ``champion``.

    ``features``: what the feature store holds; None to look at models without a store beside them.
    """

    def __init__(self, home: Path, features: Collection[str] | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._uri = f"sqlite:///{home / 'mlflow.db'}"
        self._artifacts = home / "models"
        self._features = features
        self._loaded: dict[tuple[str, str], Pipeline] = {}

    def register(self, name: str, model: Pipeline) -> str:
        """Keep a fitted model under ``name`` and let it answer from now on; returns its version."""
        mlflow.set_tracking_uri(self._uri)
        client = self._client()
        if client.get_experiment_by_name(name) is None:
            client.create_experiment(name, artifact_location=(self._artifacts / name).as_uri())
        mlflow.set_experiment(name)
        with mlflow.start_run():
            info = mlflow.sklearn.log_model(
                model, name=name, registered_model_name=name, serialization_format="skops",
                skops_trusted_types=TRUSTED, pip_requirements=REQUIREMENTS,
            )  # fmt: skip
        version = str(info.registered_model_version)
        client.set_model_version_tag(name, version, FITTED_ON, " ".join(self._features or ()))
        client.set_registered_model_alias(name, CHAMPION, version)
        return version

    def champion(self, name: str) -> tuple[Pipeline, str]:
        """The model that answers under ``name``, and its version.

        Raises ``VersionMismatch`` if it was fitted on features that are not stored any more.
        """
        found = self._client().get_model_version_by_alias(name, CHAMPION)
        version = found.version
        if self._features is not None:
            check_model(f"{name}/{version}", found.tags[FITTED_ON].split(), self._features)
        if (name, version) not in self._loaded:
            mlflow.set_tracking_uri(self._uri)
            self._loaded[name, version] = mlflow.sklearn.load_model(f"models:/{name}/{version}")
        return self._loaded[name, version], str(version)

    def _client(self) -> MlflowClient:
        return MlflowClient(self._uri, self._uri)
