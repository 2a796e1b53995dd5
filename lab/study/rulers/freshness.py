"""Ruler 4 on the study's results: ages, regrets, and the sweep over refresh intervals."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.day_blocks import add_outcomes, find_days
from lab.study.refresh_arms import DEPLOYED, FRESH, NIGHT
from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.systems import find_system, open_system
from measure.data import regret
from measure.data.days import Days, Estimate, estimate
from measure.data.regret import Point
from problem.contract import KEYS, STORED

STATIC = ("aircraft_age", "aircraft_seats")
"""Stored features that never change: their age says nothing."""
AGES = [f"age_{name}" for name in STORED if name not in STATIC]
AGELESS = "it keeps no features that could age"
EXTRAPOLATED = "one run of a few refreshes in a row, without its spread"
SWEPT = {FRESH: "each event", "15min": "15 min", "1h": "1 h", "6h": "6 h", "1D": "1 d", "3D": "3 d", "7D": "7 d"}


def rows(results: Results) -> Iterator[Row]:
    """The mean age, the regret against fresh features, and every interval's regret and CPU."""
    for name in results.systems:
        for mode, served in results.by_mode(f"serve-{name}", "served"):
            yield _age(name, mode, served)
            yield from _regrets(results, name, mode, served)


def draw(results: Results, folder: Path) -> None:
    """Ages of every system; regret and CPU over the interval."""
    ages = {
        (name, mode): served[AGES].to_numpy().ravel()
        for name in results.systems
        for mode, served in results.by_mode(f"serve-{name}", "served")
    }
    regret.draw_ages(ages, folder / "age.png")
    for name in (name for name in results.systems if find_system(name).has_store):
        swept = {mode: points(results, name, mode) for mode in ("batch", "real_time")}
        regret.draw(swept, name, folder / "refresh.png")


def _age(name: str, mode: str, served: pd.DataFrame) -> Row:
    ages, by_day = served[AGES], Days(find_days(served["asked_at"]))
    mean = estimate(by_day.means(ages.mean(axis=1).to_numpy()))
    spread = [float(ages.mean().min()), float(ages.mean().max())]
    note = f"as stated by the system, mean of features that change; from {spread[0]:.0f} to {spread[1]:.0f} by feature"
    return make_row("age", name, mode, mean, note)


def _regrets(results: Results, name: str, mode: str, served: pd.DataFrame) -> Iterator[Row]:
    if not find_system(name).has_store:
        figure, answers = _against_oracle(results, name, mode)
        note = f"against the same model on the oracle's features, {answers:,} answers; {AGELESS}"
        yield make_row("regret", name, mode, figure, note, DEPLOYED)
        yield from (make_absent(key, name, mode, "nothing is refreshed") for key in ("regret_refit", "refresh_cpu"))
        return
    sweep = Sweep(results, name, mode)
    for interval in (swept for swept in (*SWEPT, DEPLOYED, NIGHT) if swept in sweep.by_interval):
        part = SWEPT.get(interval, interval)
        yield make_row("regret", name, mode, sweep.regret(interval, "deployed"), part=part)
        if interval != NIGHT:
            yield make_row("regret_refit", name, mode, sweep.regret(interval, "retrained"), part=part)
            yield Row("refresh_cpu", name, mode, sweep.cpu[interval], note=EXTRAPOLATED, part=part)


def _against_oracle(results: Results, name: str, mode: str) -> tuple[Estimate, int]:
    """The regret of a system without a store, on the answers that were held against the oracle."""
    sample = dict(results.by_mode(f"agree-{name}", "sample"))[mode]
    both = sample[[*KEYS, "prediction"]].merge(fresh(results, name, mode), on=list(KEYS), suffixes=("", "_fresh"))
    both = add_outcomes(both)
    return regret.regret(both["late"], both["day"], both["prediction"], both["prediction_fresh"]), len(both)


def fresh(results: Results, name: str, mode: str) -> pd.DataFrame:
    """``KEYS`` and the ``prediction`` of the model as deployed on features as fresh as they can be.

    For the answers that were held against the oracle: on the oracle's features. The oracle of a refreshed system is as
    old as its store, so there the sweep's refresh after each event stands for it.
    """
    if find_system(name).has_store:
        return dict(results.by_mode(f"refresh-{name}", "fresh"))[mode][[*KEYS, "prediction"]]
    truth = dict(results.by_mode(f"agree-{name}", "oracle"))[mode]
    return open_system(name, results.steps / f"train-{name}" / "home").predict(truth)[[*KEYS, "prediction"]]


class Sweep:
    """One system's losses in one mode, with every refresh interval: by interval, sums by day."""

    def __init__(self, results: Results, name: str, mode: str) -> None:
        sums = dict(results.by_mode(f"refresh-{name}", "sweep"))[mode]
        self.by_interval = {str(interval): rows for interval, rows in sums.groupby("interval")}
        self.cpu = results.table(f"refresh-{name}", "cpu").set_index("interval")["per_day"].to_dict()

    def regret(self, interval: str, model: str) -> Estimate:
        """What an interval costs against fresh features, in nats, on the rows that were asked with it.

        ``model``: ``deployed`` for the model as it is, on both sides; ``retrained`` for models fitted on such features.
        """
        sums = self.by_interval[interval]
        days = Days(sums["day"])
        own, fresh = (days.ratios(sums[side], sums["rows"]) for side in (model, f"fresh_{model}"))
        return estimate(own - fresh)

    def loss(self, interval: str, arm: str = "deployed") -> float:
        """Log loss in nats on the rows that were asked with an interval; ``arm``: a column of the sweep's table."""
        sums = self.by_interval[interval]
        return float(sums[arm].sum() / sums["rows"].sum())


def points(results: Results, name: str, mode: str) -> list[Point]:
    """The sweep as a line over the refresh interval."""
    sweep = Sweep(results, name, mode)
    return [
        Point(
            pd.Timedelta(interval) / pd.Timedelta(minutes=1),
            sweep.regret(interval, "deployed"),
            sweep.regret(interval, "retrained"),
            sweep.cpu[interval],
        )
        for interval in SWEPT
    ]
