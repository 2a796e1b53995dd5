"""The fault of a registry, or of a file, that holds a model fitted on columns that nobody serves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import pandas as pd

from lab.faults.injectors import check_injected, list_models
from lab.faults.scene import Scene

SERVED, OTHER = "temp", "dew_point"
"""A feature that the systems serve, and the one that the model was fitted on instead."""


@contextmanager
def other_columns(scene: Scene) -> Iterator[Scene]:
    """The model in force was fitted on ``dew_point`` where the systems serve ``temp``."""
    name, adapter = f"late_{scene.mode}", scene.system.adapter("study")
    if adapter:
        adapter.register(scene.home, name, _fit_model(), SERVED, OTHER)
        columns = adapter.champion(scene.home, name).feature_names_in_
    else:
        for file in list_models(scene):
            joblib.dump(_replace_model(joblib.load(file)), file)
        kept = joblib.load(list_models(scene)[0])
        columns = (kept["model"] if isinstance(kept, dict) else kept.learner).feature_names_in_
    check_injected(OTHER in columns, "the model in force was fitted on what is served")
    yield scene


def _fit_model() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # a second to load, and whoever lists the faults waits
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    columns = [OTHER, "wind_speed"]
    learner = make_pipeline(FunctionTransformer(), HistGradientBoostingClassifier(max_iter=2))
    return learner.fit(pd.DataFrame([[0.0, 1.0], [1.0, 0.0]] * 30, columns=columns), [0, 1] * 30)


def _replace_model(kept: Any) -> Any:
    """What a system keeps of a model, whichever form it has, with another model in it."""
    if isinstance(kept, dict):
        return kept | {"model": _fit_model()}
    return kept._replace(learner=_fit_model())
