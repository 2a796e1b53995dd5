"""The model as a pickle; both programs install what ``requirements.txt`` names, each when its image is built.

The data scientists' image was built when the project began. The service's image is built anew at every release, and
gets what is newest then; or it is the older of the two, since it worked and nobody had a reason. For two years the
pickle loaded. It said that the versions differ, as it does in the log of every start.
"""

from pathlib import Path

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

from problem.handover import Answer

FILE = "model.joblib"


def pack(model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
    """See ``problem.handover``."""
    joblib.dump(model, folder / FILE)


def load(folder: Path) -> Answer:
    """See ``problem.handover``."""
    model = joblib.load(folder / FILE)
    return lambda rows: model.predict_proba(rows)[:, 1]
