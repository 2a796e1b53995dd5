"""What a soak came to, and whether the service kept its word: all right, nothing lost, no failure but while down."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from lab.load.soak.callers import Asked, Plan
from measure.data.table_compare import Cell, compare_tables
from problem.contract import FEATURES, STORED
from problem.facts import Facts, load_facts
from problem.oracle import oracle_at_ages
from reference.systems.fti.feature_repo.definitions import COLUMNS, EVERY
from reference.systems.fti.on_demand import STORED_AS
from reference.systems.fti.schedule import last_refresh

SAMPLE = 600
"""Logged answers held against the oracle, which takes its time."""
NUMBERS = list(FEATURES[:-3])
ALIKE = 1e-9
"""The largest difference that the order of an addition explains: a graph has answered, the pipeline is asked again."""
SIDES = ("the log", "the oracle")
Down = Sequence[tuple[float, float]]
"""From when to when the service was down, on the clock of ``time.monotonic``."""
Models = dict[str, Any]
"""Fitted models by version."""


@dataclass(frozen=True)
class Verdict:
    """Counts over one soak. ``failed``, ``not_logged`` and both kinds of wrong must be 0.

    Requests without a good answer count as ``while_down`` if they were sent or out while the service was down, else as
    ``failed``. ``not_logged``: answers that a caller got and the log does not hold. ``checked``: logged answers of
    which every feature was held against the oracle at its stated age. ``degraded``: answers from nulls, marked so, as
    the store had missed its deadline; no wrong ones, but there should be few.
    """

    asked: int
    answered: int
    while_down: int
    failed: int
    not_logged: int
    checked: int
    wrong_features: int
    wrong_predictions: int
    degraded: int

    @property
    def kept(self) -> bool:
        """Whether nothing went wrong that must not."""
        return not (self.failed or self.not_logged or self.wrong_features or self.wrong_predictions)


@dataclass(frozen=True)
class Report:
    """What a soak came to. ``latency``: p50, p95, p99 in ms from the instant at which a request was due to be sent.

    ``down``: seconds that each restart took; ``champions``: pairs of models that answered.
    """

    plan: Plan
    verdict: Verdict
    latency: dict[str, float]
    down: list[float]
    champions: int
    refreshes: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        plan = asdict(self.plan) | {"step": str(self.plan.step), "start": self.plan.start.isoformat()}
        return asdict(self) | {"plan": plan}


def judge(asked: Sequence[Asked], log: pd.DataFrame, down: Down, models: Models, step: pd.Timedelta) -> Verdict:
    """The verdict on callers' requests and the log; ``step``: by how much a refresh goes on."""
    while_down, failed = count_failures(asked, down)
    whole = log[log["degraded"].isna()]
    checked = whole.sample(min(SAMPLE, len(whole)), random_state=0)
    return Verdict(
        asked=len(asked),
        answered=sum(request.status == 200 for request in asked),
        while_down=while_down,
        failed=failed,
        not_logged=count_not_logged(asked, log),
        checked=len(checked),
        wrong_features=count_wrong_features(load_facts(), checked, step),
        wrong_predictions=count_wrong_predictions(log, models),
        degraded=int(log["degraded"].notna().sum()),
    )


def count_failures(asked: Sequence[Asked], down: Down) -> tuple[int, int]:
    """Requests without a good answer: how many of them while the service was down, and how many at other times."""
    bad = [request for request in asked if request.status != 200]
    excused = sum(any(r.sent <= until and r.done >= since for since, until in down) for r in bad)
    return excused, len(bad) - excused


def count_not_logged(asked: Sequence[Asked], log: pd.DataFrame) -> int:
    """Good answers that the log does not hold, with the same prediction, under their flight and instant."""
    answers = [request.answer for request in asked if request.status == 200]
    given = {(answer["flight_id"], pd.Timestamp(answer["asked_at"]), answer["prediction"]) for answer in answers}
    return len(given - {*zip(log["flight_id"], log["asked_at"], log["prediction"], strict=True)})


def count_wrong_features(facts: Facts, log: pd.DataFrame, step: pd.Timedelta) -> int:
    """Answers with a feature that is neither of its stated age nor of the refresh after that.

    While a refresh is under way, a view may already have the new values when the old age is told.
    """
    log = log.astype(dict.fromkeys(NUMBERS, float)).reset_index(drop=True)
    sides = [oracle_at_ages(facts, log), oracle_at_ages(facts, _age_by_one_refresh(log, step))]
    equal = [compare_tables(log[name], side[name], SIDES) == Cell.EQUAL for side in sides for name in FEATURES]
    right = np.array(equal).reshape(len(sides), len(FEATURES), len(log)).any(axis=0)
    return int((~right.all(axis=0)).sum())


def _age_by_one_refresh(log: pd.DataFrame, step: pd.Timedelta) -> pd.DataFrame:
    """The log with every age as it will be once the pipeline has gone on by one step."""
    ages = log[[f"age_{name}" for name in STORED]]
    reached = pd.DatetimeIndex(log["asked_at"] - pd.to_timedelta(ages.min(axis=1), unit="min") + step)
    due = {view: last_refresh(reached, every) for view, every in EVERY.items()}
    view_of = {column: view for view, (_, columns) in COLUMNS.items() for column in columns}
    instants = {f"age_{name}": due[view_of[STORED_AS.get(name, name)]] for name in STORED}
    return log.assign(**{age: (log["asked_at"] - at) / pd.Timedelta("1min") for age, at in instants.items()})


def count_wrong_predictions(log: pd.DataFrame, models: Models) -> int:
    """Answers further than ``ALIKE`` from what the model of the stated version says of the logged vector."""
    log = log.astype(dict.fromkeys(NUMBERS, float))
    wrong = pd.Series(False, index=log.index)
    for version, column in (("model_version", "prediction"), ("model_version_delay", "prediction_delay")):
        for name, rows in log.groupby(version):
            model, vectors = models[str(name)], rows[list(FEATURES)]
            again = model.predict_proba(vectors)[:, 1] if name.startswith("late") else model.predict(vectors)
            wrong[rows.index] |= ~np.isclose(again, rows[column], rtol=0, atol=ALIKE)
    return int(wrong.sum())
