"""New champions: models fitted on less than the study's, so that every version says something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd

from problem.contract import FEATURES, TARGETS, Target
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, questions, scheduled_between
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.training import training_features

WEEKS = (2, 4)
"""Of September, on which challengers are fitted."""


@dataclass
class Challengers:
    """Fitted models by name, without end; ``by_version`` holds every model that ever was a champion."""

    registry: ModelRegistry
    models: Iterator[tuple[str, Any]]
    by_version: dict[str, Any]

    def register(self) -> None:
        """The next one becomes champion."""
        name, model = next(self.models)
        self.by_version[f"{name}/{self.registry.register(name, model)}"] = model


def fit_challengers(home: Path) -> Challengers:
    """Fit challengers for both targets from the installation's own store."""
    store = FeatureStore(home / "features")
    registry = ModelRegistry(home / "registry", store.features)
    models = [(f"{target}_real_time", _fit(store, target, weeks)) for weeks in WEEKS for target in TARGETS]
    champions = {name: registry.champion(name) for name, _ in models}
    by_version = {f"{name}/{version}": model for name, (model, version) in champions.items()}
    return Challengers(registry, cycle(models), by_version)


def _fit(store: FeatureStore, target: Target, weeks: int) -> Any:
    facts, since = load_facts(), CUT_OFF - pd.Timedelta(weeks=weeks)
    asked = scheduled_between(questions(facts, "real_time"), since, CUT_OFF)
    outcomes = facts.known_at(CUT_OFF).outcomes.rename(columns={"dep_delay": "delay"})
    labelled = asked.merge(outcomes[["flight_id", target]].dropna(), on="flight_id")
    table = training_features(store, labelled.drop(columns=target))
    return new_learner(target).fit(table[list(FEATURES)], labelled[target])
