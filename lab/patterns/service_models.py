"""Two small models for the service that is deployed."""

from pathlib import Path

import numpy as np
import pandas as pd

from parts.model_folder.model_folder import ModelFolder
from problem.contract import CATEGORIES, FEATURES, TARGETS
from problem.learner import new_learner

ROWS = 400


def put_models(folder: Path) -> None:
    """Fit a model for each target on made-up rows, and release it: what is deployed is not what is learned."""
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(ROWS, len(FEATURES))), columns=list(FEATURES))
    rows[list(CATEGORIES)] = random.choice(["UA", "EWR", "IAH"], (ROWS, len(CATEGORIES)))
    for target in TARGETS:
        models = ModelFolder(folder / target)
        models.put("1", new_learner(target).fit(rows, (rows["local_hour"] > 0).astype(int)))
        models.release("1")
