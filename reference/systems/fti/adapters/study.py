"""What the study has to know of FTI's models beyond the common door: they lie in a registry."""

from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline

from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore


def champion(home: Path, name: str) -> Pipeline:
    """The fitted model that an installation answers with, by its registered name, such as ``late_batch``."""
    model, _ = ModelRegistry(home / "registry").champion(name)
    return model


def register(home: Path, name: str, model: Any, served: str, fitted_on: str) -> None:
    """Register a model that was fitted on another column (``fitted_on``) than the one ``served``."""
    stored = FeatureStore(home / "features").features
    columns = [feature.replace(f":{served}", f":{fitted_on}") for feature in stored]
    ModelRegistry(home / "registry", columns).register(name, model)
