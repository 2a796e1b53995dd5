"""The models of a parted site: the study's learner and a small one, fitted on summer, their folder, and questions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper
from sklearn.pipeline import Pipeline

from lab.patterns.planted_models import PLANTED
from lab.patterns.weekly_models import EVERY, FIRST_MONDAY
from parts.model_export.onnx_export import export_model
from parts.several_models.predictors import GRAPH, ROW
from parts.several_models.preparation import Preparation, write_preparation
from problem.contract import CATEGORIES, FEATURES, STORED
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import NEW_YORK, questions
from reference.systems.modular_monolith.features import features

TRAINING, JUDGED = (22, 28), (30, 37)
"""Weeks, first and last: summer; the week between, in which outcomes become known, is left out."""
SMALL, LARGE = "small", "late"
SOUND, FAULTY = (SMALL, LARGE, "second"), "faulty"
MANY = tuple(f"m{number}" for number in range(1, 9))
"""Names of models in the folder; all but the small one are the study's learner, and what is planted is in ``FAULTY``
and ``MANY``."""
SHRUNK = {"max_iter": 10, "max_leaf_nodes": 4, "learning_rate": 0.5}
VERSION = "2"
"""Of the preparation."""
NUMBERS = [name for name in FEATURES if name not in CATEGORIES]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """``known``: the rows that models were fitted on; ``later``: those they are judged on; both with ``late``."""

    known: pd.DataFrame
    later: pd.DataFrame
    pipelines: Mapping[str, Pipeline]

    @property
    def preparation(self) -> Preparation:
        """What makes the rows that these models know."""
        found = self.pipelines[LARGE][0].transformers_[0][1].categories_
        return Preparation(VERSION, dict(zip(CATEGORIES, map(number, found), strict=True)), NUMBERS)

    def write(self, models: Path) -> Path:
        """Put all models and their preparation into a new folder."""
        models.mkdir(parents=True)
        write_preparation(self.preparation, models)
        for name, pipeline in self.pipelines.items():
            (models / f"{name}.onnx").write_bytes(leave_out_encoding(export_model(pipeline)).SerializeToString())
            put_model(models, name, name)
        put_model(models, SOUND[2], LARGE)
        for name in (FAULTY, *MANY):
            put_model(models, name, LARGE, PLANTED)
        return models


def number(names: Sequence[str]) -> dict[str, float]:
    """By name, its place."""
    return {str(name): float(place) for place, name in enumerate(names)}


def fit_models() -> Fitted:
    """The models of the experiment."""
    year = make_rows(TRAINING[0], JUDGED[1])
    known, later = (year[year["week"].between(*of)].reset_index(drop=True) for of in (TRAINING, JUDGED))
    return fit_on(known, later)


def fit_on(known: pd.DataFrame, later: pd.DataFrame) -> Fitted:
    """Fit the large model and the small one."""
    shrunk = {f"histgradientboostingclassifier__{name}": value for name, value in SHRUNK.items()}
    learners = {LARGE: new_learner("late"), SMALL: new_learner("late").set_params(**shrunk)}
    return Fitted(known, later, {n: each.fit(known[list(FEATURES)], known["late"]) for n, each in learners.items()})


def make_rows(first: int, last: int) -> pd.DataFrame:
    """The vectors of one flight in three in these weeks, asked an hour before it leaves, with ``late`` and ``week``."""
    facts = load_facts()
    asked = questions(facts, "real_time")
    local = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None)
    asked = asked.assign(week=(local - FIRST_MONDAY).dt.days // 7)
    asked = asked[asked["week"].between(first, last) & (asked["flight_id"] % EVERY == 0)].reset_index(drop=True)
    late = asked["flight_id"].map(facts.outcomes.set_index("flight_id")["late"])
    return features(facts, asked.drop(columns="week")).assign(late=late, week=asked["week"])


def leave_out_encoding(graph: ModelProto) -> ModelProto:
    """The graph for rows that are encoded already: its only input is ``ROW``."""
    nodes = [node for node in graph.graph.node if node.op_type not in ("LabelEncoder", "Concat")]
    takes = helper.make_tensor_value_info(ROW, TensorProto.DOUBLE, ["rows", len(FEATURES)])
    inner = helper.make_graph(nodes, "learner", [takes], graph.graph.output, graph.graph.initializer)
    return helper.make_model(inner, opset_imports=graph.opset_import, ir_version=graph.ir_version)


def put_model(models: Path, name: str, graph: str, predictor: str = GRAPH, preparation: str = VERSION) -> None:
    """Let a name in the folder stand for a graph that is there, opened by that code."""
    told = {"version": f"{name}/1", "preparation": preparation, "width": len(FEATURES)}
    told |= {"graph": f"{graph}.onnx", "predictor": predictor}
    (models / f"{name}.json").write_text(json.dumps(told))


def encode(rows: pd.DataFrame, preparation: Preparation) -> Floats:
    """What the preparation makes of these vectors, shape (rows, features); an independent way to the same."""
    codes = [rows[name].map(preparation.codes[name]).to_numpy(float) for name in CATEGORIES]
    return np.column_stack([*codes, rows[list(NUMBERS)].to_numpy(float)])


def write_question(vector: Mapping[str, Any], models: Sequence[str], **more: Any) -> dict[str, Any]:
    """The question that leads to a vector, for these models; ``more``: what it has otherwise."""
    asked_at = pd.Timestamp(vector["asked_at"])
    scheduled_at = asked_at + pd.Timedelta(minutes=float(vector["minutes_to_departure"]))
    stored = {name: None if pd.isna(vector[name]) else float(vector[name]) for name in STORED}
    return {
        "asked_at": asked_at.isoformat(),
        "scheduled_at": scheduled_at.isoformat(),
        **{name: vector[name] for name in CATEGORIES},
        "distance": int(vector["distance"]),
        "stored": stored,
        "models": list(models),
        **more,
    }
