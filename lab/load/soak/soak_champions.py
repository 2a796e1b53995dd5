"""New champions: models fitted on less than the study's, so that every version says something else."""

from dataclasses import dataclass, field
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
    """Fitted models that become champions by turns. ``by_version`` holds every model that ever was one."""

    registry: ModelRegistry
    models: list[tuple[Target, Any]]
    by_version: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def register(self) -> None:
        """The next one becomes champion."""
        target, model = self.models[self.count % len(self.models)]
        version = self.registry.register(f"{target}_real_time", model)
        self.by_version[f"{target}_real_time/{version}"] = model
        self.count += 1


def fitted(home: Path) -> Challengers:
    """Fit challengers for both targets from the installation's own store."""
    store = FeatureStore(home / "features")
    registry = ModelRegistry(home / "registry", store.features)
    models: list[tuple[Target, Any]] = [(target, _fit(store, target, weeks)) for weeks in WEEKS for target in TARGETS]
    found = Challengers(registry, models)
    for target in TARGETS:
        model, version = registry.champion(f"{target}_real_time")
        found.by_version[f"{target}_real_time/{version}"] = model
    return found


def _fit(store: FeatureStore, target: Target, weeks: int) -> Any:
    facts, since = load_facts(), CUT_OFF - pd.Timedelta(weeks=weeks)
    asked = scheduled_between(questions(facts, "real_time"), since, CUT_OFF)
    outcomes = facts.known_at(CUT_OFF).outcomes.rename(columns={"dep_delay": "delay"})
    labelled = asked.merge(outcomes[["flight_id", target]].dropna(), on="flight_id")
    table = training_features(store, labelled.drop(columns=target))
    return new_learner(target).fit(table[list(FEATURES)], labelled[target])
