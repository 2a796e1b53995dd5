"""The service under load, with new features, new champions and a kill: in little, and what the judge finds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lab.load.soak.callers import Asked
from lab.load.soak.soak_run import FULL, SHORT, soak
from lab.load.soak.soak_verdict import (
    NUMBERS,
    Report,
    count_failures,
    count_not_logged,
    count_wrong_features,
    count_wrong_predictions,
)
from problem.contract import FEATURES, LOG
from problem.facts import Facts

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("soak") / "fti"


@pytest.fixture(scope="module")
def report(home: Path) -> Report:
    return soak(home, SHORT, print)


@pytest.fixture(scope="module")
def log(report: Report, home: Path) -> pd.DataFrame:
    from parts.service_shell.answer_log import read_answers

    return read_answers(home / "answers")


def test_no_wrong_answer_no_lost_row_and_no_failure_but_while_it_was_down(report: Report) -> None:
    assert report.verdict.kept, report.verdict
    assert report.verdict.checked > 50


def test_meanwhile_features_and_champions_changed_and_the_service_was_killed(
    report: Report, log: pd.DataFrame, home: Path
) -> None:
    assert report.refreshes >= 2
    assert report.champions == SHORT.swaps + 1
    assert len(report.down) == SHORT.kills
    assert log["age_temp"].nunique() > 2
    runs = [file.read_text().count("\n") for file in (home / "answers").iterdir()]
    assert len([answers for answers in runs if answers]) == SHORT.kills + 1


def test_a_wrong_feature_and_a_wrong_prediction_are_found(log: pd.DataFrame, facts: Facts) -> None:
    few = log.head(30)
    assert count_wrong_features(facts, few, SHORT.step) == 0
    for name in ("temp", "carrier_origin_arr_delay_24h", "distance"):
        changed = few.copy()
        changed.loc[few.index[3], name] = few[name].iloc[3] + 1
        assert count_wrong_features(facts, changed, SHORT.step) == 1, name

    class Model:
        def predict_proba(self, vectors: pd.DataFrame) -> np.ndarray:
            return np.column_stack([1 - few["prediction"], few["prediction"]])

        def predict(self, vectors: pd.DataFrame) -> np.ndarray:
            return few["prediction_delay"].to_numpy()

    one = few.assign(model_version="late/1", model_version_delay="delay/1")
    models = {"late/1": Model(), "delay/1": Model()}
    assert count_wrong_predictions(one, models) == 0
    one.loc[few.index[5], "prediction"] += 1e-8
    assert count_wrong_predictions(one, models) == 1


def asked(status: int, sent: float, done: float, number: int = 1) -> Asked:
    answer = {"flight_id": number, "asked_at": "2013-10-01T08:00:00+00:00", "prediction": 0.5}
    return Asked({}, sent, done, status, answer if status == 200 else {})


@pytest.mark.parametrize(
    ("request_", "excused", "failed"),
    [
        (asked(200, 0, 1), 0, 0),
        (asked(0, 5, 6), 1, 0),
        (asked(0, 9.5, 12), 1, 0),
        (asked(503, 11, 12), 0, 1),
        (asked(409, 1, 2), 0, 1),
        (asked(0, 1, 3.9), 0, 1),
    ],
)
def test_a_failure_is_excused_only_while_the_service_is_down(request_: Asked, excused: int, failed: int) -> None:
    assert count_failures([request_], [(4.0, 10.0)]) == (excused, failed)


def test_an_answer_that_the_log_does_not_hold_or_holds_otherwise_is_found() -> None:
    told = [asked(200, 0, 1, number) for number in range(3)]
    rows = pd.DataFrame([request.answer for request in told], columns=list(LOG))
    rows["asked_at"] = pd.to_datetime(rows["asked_at"])
    assert count_not_logged(told, rows) == 0
    assert count_not_logged(told, rows.iloc[:2]) == 1
    rows.loc[0, "prediction"] = 0.6
    assert count_not_logged(told, rows) == 1


def test_the_plans_differ_in_length_and_not_in_kind() -> None:
    for plan in (FULL, SHORT):
        assert len(plan.swapped_at()) == plan.swaps >= 2
        assert len(plan.killed_at()) == plan.kills >= 1
        assert max(plan.swapped_at() + plan.killed_at()) < plan.seconds
        midnight = (plan.start + pd.Timedelta("1d")).tz_convert("America/New_York").normalize()
        assert plan.start < midnight < plan.start + plan.step * int(plan.seconds / plan.every)
    assert set(NUMBERS) < set(FEATURES)
