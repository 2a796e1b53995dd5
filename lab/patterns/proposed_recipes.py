"""How a team would fit a model of late flights: sixteen ways, each of which somebody would propose in earnest."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from lab.patterns.sized_models import new_logistic
from problem.contract import FEATURES, STORED
from problem.learner import new_learner
from problem.which_is_better import Floats

CHAMPION = "in force"
FIRST_MONTHS, LATEST_MONTHS = "2013-04-01", "2013-03-01"
"""The champion learned from the days before the first; *lately* from those after the second."""
USUAL = 4
"""One flight in so many is learned from, but where a recipe says otherwise."""
STORM = 0.5
Model = Callable[[pd.DataFrame], Floats]
"""What it says of vectors."""
Recipe = Callable[[pd.DataFrame], Model]
"""From all vectors that are known, with ``late`` and ``day``."""
WEATHER = ("temp", "wind_speed", "precip", "visib", "pressure")
GROWN = {"learning_rate": 0.05, "max_iter": 200, "max_leaf_nodes": 31, "min_samples_leaf": 40}
"""Of the larger model."""


def list_recipes(usual: int = USUAL) -> dict[str, Recipe]:
    """By name; the champion's first."""
    return {
        CHAMPION: lambda rows: fit(thin(rows[rows["day"] < FIRST_MONTHS], usual)),
        "newer": lambda rows: fit(thin(rows, usual)),
        "lately": lambda rows: fit(thin(rows[rows["day"] >= LATEST_MONTHS], usual)),
        "twice the rows": lambda rows: fit(thin(rows, max(1, usual // 2))),
        "all rows": fit,
        "grown": lambda rows: fit(thin(rows, usual), GROWN),
        "small": lambda rows: fit(thin(rows, usual), {"max_iter": 30}),
        "shallow": lambda rows: fit(thin(rows, usual), {"max_iter": 200, "max_leaf_nodes": 4}),
        "careful": lambda rows: fit(thin(rows, usual), {"min_samples_leaf": 200}),
        "logistic": lambda rows: say(new_logistic().fit(*_split(thin(rows, usual)))),
        "bag": lambda rows: average([fit(rows.iloc[place::usual]) for place in range(min(3, usual))]),
        "by airport": lambda rows: fit_by_airport(thin(rows, usual)),
        "without weather": lambda rows: fit_without(thin(rows, usual), WEATHER),
        "without aircraft": lambda rows: fit_without(thin(rows, usual), _named("aircraft")),
        "without route": lambda rows: fit_without(thin(rows, usual), _named("route")),
        "without storms": lambda rows: fit(thin(drop_storms(rows), usual)),
        "latest count twice": lambda rows: fit(thin(rows, usual), twice=True),
    }


def thin(rows: pd.DataFrame, every: int) -> pd.DataFrame:
    """One row in so many."""
    return rows.iloc[::every]


def fit(rows: pd.DataFrame, settings: Mapping[str, float] = MappingProxyType({}), twice: bool = False) -> Model:
    """The study's learner with other settings; ``twice``: rows of the latest months count twice."""
    learner = new_learner("late")
    kind = learner.steps[-1][0]
    learner.set_params(**{f"{kind}__{name}": value for name, value in settings.items()})
    weight = np.where(rows["day"] >= LATEST_MONTHS, 2.0, 1.0) if twice else None
    return say(learner.fit(*_split(rows), **{f"{kind}__sample_weight": weight}))


def fit_without(rows: pd.DataFrame, names: Sequence[str]) -> Model:
    """The learner without some features, in training and afterwards."""
    model = fit(_blank(rows, names))
    return lambda vectors: model(_blank(vectors, names))


def fit_by_airport(rows: pd.DataFrame) -> Model:
    """A learner for each airport."""
    models = {origin: fit(of) for origin, of in rows.groupby("origin")}

    def score(vectors: pd.DataFrame) -> Floats:
        risk = np.zeros(len(vectors))
        for origin, model in models.items():
            if (here := (vectors["origin"] == origin).to_numpy()).any():
                risk[here] = model(vectors[here])
        return risk

    return score


def average(models: Sequence[Model]) -> Model:
    """The mean of what they say."""
    return lambda vectors: np.mean([model(vectors) for model in models], axis=0)


def drop_storms(rows: pd.DataFrame) -> pd.DataFrame:
    """Without days on which half of the flights or more were late, as outliers."""
    return rows[rows.groupby("day")["late"].transform("mean") < STORM]


def say(pipeline: Pipeline) -> Model:
    """A fitted pipeline as what it says."""
    return lambda vectors: pipeline.predict_proba(vectors[[*FEATURES]])[:, 1]


def _blank(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return rows.assign(**dict.fromkeys(names, 0.0))


def _named(beginning: str) -> list[str]:
    return [name for name in STORED if name.startswith(beginning)]


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    return rows[[*FEATURES]], rows["late"]
