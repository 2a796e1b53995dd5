"""One vector, one prediction: what a fitted pipeline says of it, without making a table of one row first.

For one row, scikit-learn spends some milliseconds on tables and checks, and one on the trees. Here the categories'
codes are a dictionary, and the trees get the array that the pipeline would have made. That leans on scikit-learn's
insides, so every model is asked both ways when it is loaded: unless both say the same to the last bit, the pipeline is
asked as it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from problem.contract import CATEGORIES, FEATURES

Vector = Mapping[str, Any]
Score = Callable[[Vector], float]
SAMPLE = 64
"""Vectors on which both ways are compared."""
SCALE, NULLS = 50.0, 0.2


class Scorer:
    """A fitted pipeline (see ``problem.learner``) that scores vectors one by one.

    ``score``: the probability that a classifier gives, or a regressor's number, for one vector (null: None or NaN).
    """

    def __init__(self, model: Pipeline) -> None:
        self.score = by_trees(model) or by_table(model)


def by_table(model: Pipeline) -> Score:
    """The pipeline asked with a table of one row."""
    many = _many(model)
    return lambda vector: float(many(pd.DataFrame([vector], columns=list(FEATURES)))[0])


def by_trees(model: Pipeline) -> Score | None:
    """The trees asked directly; None if the pipeline is of another form, or they say anything else than it does."""
    try:
        score, sample = _trees(model), _sample(model)
        same = np.array_equal([score(vector) for vector in sample.to_dict("records")], _many(model)(sample))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    return score if same else None


def _trees(model: Pipeline) -> Score:
    encode, learner = model
    codes, numbers = _codes(encode), list(encode.transformers_[1][2])
    bitsets, positions = learner._bin_mapper.make_known_categories_bitsets()
    trees = [tree for (tree,) in learner._predictors]
    baseline, told = learner._baseline_prediction[0, 0], _told(learner)

    def score(vector: Vector) -> float:
        row = [known.get(vector[name], np.nan) for name, known in codes.items()]
        row += [np.nan if (value := vector[name]) is None else value for name in numbers]
        array, raw = np.array([row], dtype=float), baseline
        for tree in trees:
            raw += tree.predict(array, bitsets, positions, 1)[0]
        return told(raw)

    return score


def _codes(encode: Any) -> dict[str, dict[str, int]]:
    """By category, the number that the trees see for each value."""
    known = zip(CATEGORIES, encode.transformers_[0][1].categories_, strict=True)
    return {name: {value: code for code, value in enumerate(values)} for name, values in known}


def _told(learner: Any) -> Callable[[float], float]:
    """From the sum over the trees to what the learner says."""
    if hasattr(learner, "predict_proba"):
        return lambda raw: float(learner._loss.predict_proba(np.array([raw]))[0, 1])
    return lambda raw: float(learner._loss.link.inverse(np.array([raw]))[0])


def _many(model: Any) -> Callable[[Any], Any]:
    if hasattr(model, "predict_proba"):
        return lambda rows: model.predict_proba(rows)[:, 1]
    return lambda rows: model.predict(rows)


def _sample(model: Pipeline) -> pd.DataFrame:
    """Vectors of all sorts: every category known and unknown, numbers of many sizes, nulls."""
    random = np.random.default_rng(0)
    categories = {
        name: random.choice([*known, "unknown"], SAMPLE)
        for name, known in zip(CATEGORIES, model[0].transformers_[0][1].categories_, strict=True)
    }
    numbers = random.standard_cauchy((SAMPLE, len(FEATURES))) * SCALE
    numbers[random.random(numbers.shape) < NULLS] = np.nan
    return pd.DataFrame(numbers, columns=list(FEATURES)).assign(**categories)
