"""Applies the rulers to what the steps left behind: rows for the scorecard, pictures for the figures folder."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

from measure import believed, reuse, skew
from measure.days import Estimate
from problem.contract import FEATURES, KEYS, STORED
from problem.facts import load_facts
from problem.questions import NEW_YORK
from runner.rows import Row
from runner.same_job import agreement, calibration, oracle_on_fixture, same_vectors
from runner.steps import CURED, cost_of

ON = list(KEYS)
LIVE = "real_time_live"
STATIC = ("aircraft_age", "aircraft_seats")
"""Stored features that never change: their age says nothing."""


class Results:
    """The finished steps' tables, and the rulers' verdicts on them."""

    def __init__(self, steps: Path, systems: list[str]) -> None:
        self.steps, self.systems = steps, systems

    def table(self, step: str, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """One table that a step left."""
        return pd.read_parquet(self.steps / step / f"{name}.parquet", columns=columns)

    def by_mode(self, step: str, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """A table split by mode."""
        for mode, rows in self.table(step, name).groupby("mode"):
            yield str(mode), rows.reset_index(drop=True)

    def rows(self) -> list[Row]:
        """Every figure of the scorecard."""
        gates = (same_vectors(self), oracle_on_fixture(self), calibration(self), agreement(self))
        measures = (self._skew(), self._believed(), self._age(), self._second())
        return [row for part in (*gates, *measures) for row in part]

    def draw(self, folder: Path) -> None:
        """Write the figures as PNG."""
        folder.mkdir(parents=True, exist_ok=True)
        skew.draw(self._worst_skew(), folder / "row_skew.png")
        drawn = {key: result for key, result in self.beliefs.items() if key[1] != LIVE}
        believed.draw(drawn, folder / "believed_vs_served.png")
        reuse.draw(self._marginal(), folder / "second_model.png")

    @cached_property
    def skews(self) -> dict[tuple[str, str], skew.RowSkew]:
        """Row skew per system and mode, on the answers that came out of the running system."""
        found = {}
        for name in self.systems:
            offline = self.table(f"serve-{name}", "offline", [*ON, "mode", *FEATURES])
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                found[name, mode] = _skew(offline[offline["mode"] == mode], served)
        return found

    def _worst_skew(self) -> dict[str, skew.RowSkew]:
        """One result a system for the figure: that of its worse mode."""
        ranked = dict(sorted(self.skews.items(), key=lambda item: item[1].skewed_rows))
        worst = {name: result for (name, _), result in ranked.items()}
        return {name: worst[name] for name in self.systems}

    def _skew(self) -> Iterator[Row]:
        for (name, mode), result in self.skews.items():
            yield _skew_row("skew", name, mode, result)
        for name in (name for name in self.systems if name in CURED):
            offline = dict(self.by_mode(f"cure-{name}", "offline"))
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                yield _skew_row("cured", name, mode, _skew(offline[mode], served))

    @cached_property
    def answers(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Per system and mode, every served answer beside what the training path would have made of it.

        The mode ``real_time_live`` holds the requests that every system answered live, FTI out of its online store.
        """
        late = load_facts().outcomes.set_index("flight_id")["late"]
        found = {}
        for name in self.systems:
            offline = self.table(f"serve-{name}", "offline", [*ON, "prediction"])
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                both = served.merge(offline, on=ON, suffixes=("", "_believed"), validate="one_to_one")
                both = both.assign(late=both["flight_id"].map(late), day=_day(both["asked_at"]))
                found[name, mode] = both.sort_values("flight_id", ignore_index=True)
        return found | {(name, LIVE): rows for name, rows in _answered_live(found).items()}

    @cached_property
    def beliefs(self) -> dict[tuple[str, str], believed.BelievedVsServed]:
        """Believed vs served per system and mode."""
        return {
            key: believed.believed_vs_served(rows["late"], rows["day"], rows["prediction_believed"], rows["prediction"])
            for key, rows in self.answers.items()
        }

    def _rival(self, name: str, mode: str) -> pd.Series | None:
        """The other system's predictions for the same questions, row by row."""
        for (other, its_mode), rows in self.answers.items():
            if its_mode == mode and other != name:
                return rows["prediction"]
        return None

    def _believed(self) -> Iterator[Row]:
        for (name, mode), result in self.beliefs.items():
            live = int(self.answers[name, mode]["replayed"].sum())
            note = f"{result.rows:,} answers on {result.days} days, {live:,} of them live"
            figures = {
                "believed": result.believed.auc,
                "served": result.served.auc,
                "served_loss": result.served.log_loss,
                "gap": result.log_loss_gap,
                "flips": result.flips,
            }
            for key, figure in (figures | self._leads(name, mode)).items():
                yield Row(key, name, mode, figure.value, figure.low, figure.high, note)

    def _leads(self, name: str, mode: str) -> dict[str, Estimate]:
        """How far a system's served scores lie from its rival's on the same rows, paired by day."""
        rows, rival = self.answers[name, mode], self._rival(name, mode)
        if rival is None:
            return {}
        pair = believed.believed_vs_served(rows["late"], rows["day"], rows["prediction"], rival)
        loss, auc = pair.log_loss_gap, pair.auc_gap  # rival − own for the loss, own − rival for the AUC
        return {"lead": auc, "lead_loss": Estimate(-loss.value, -loss.high, -loss.low)}

    def _age(self) -> Iterator[Row]:
        for name in self.systems:
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                ages = served[[f"age_{name}" for name in STORED if name not in STATIC]]
                spread = [float(ages.mean().min()), float(ages.mean().max())]
                note = f"mean over the features that change; from {spread[0]:.0f} to {spread[1]:.0f} by feature"
                yield Row("age", name, mode, float(ages.to_numpy().mean()), note=note)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """CPU seconds by system, mode and round, a column a stage."""
        table = self.table(cost_of(self.systems), "cost")
        return table.pivot(index=["system", "mode", "round"], columns="stage", values="seconds")

    def _marginal(self) -> dict[str, reuse.MarginalCost]:
        medians = self.costs.groupby(["system", "mode"]).median().groupby("system").last()
        return {
            name: reuse.marginal_cost(
                {"feature pipeline": medians.loc[name, "features"], "training run": medians.loc[name, "first"]},
                {"feature pipeline": 0.0, "training run": medians.loc[name, "second"]},
            )
            for name in self.systems
        }

    def _second(self) -> Iterator[Row]:
        for (name, mode), rounds in self.costs.groupby(["system", "mode"]):
            first, second = (rounds["features"] + rounds["first"]).median(), rounds["second"]
            note = f"the first took {first:.1f}; low and high are the extremes of {len(rounds)} rounds"
            yield Row("second", name, mode, second.median(), second.min(), second.max(), note)


def _day(asked_at: pd.Series) -> pd.Series:
    return asked_at.dt.tz_convert(NEW_YORK).dt.strftime("%Y-%m-%d")


def _skew(offline: pd.DataFrame, served: pd.DataFrame) -> skew.RowSkew:
    live = served.loc[served["replayed"], [*ON, *FEATURES]]
    asked = offline.merge(live[ON], on=ON)  # the same questions; those not replayed live have no served vector
    return skew.row_skew(asked, live, ON, list(FEATURES))


def _skew_row(key: str, name: str, mode: str, result: skew.RowSkew) -> Row:
    share = result.interval(_day(result.by_row["asked_at"]))
    note = f"{result.skewed_features} of {len(result.per_feature)} features skewed; {result.rows:,} live answers"
    return Row(key, name, mode, share.value, share.low, share.high, note)


def _answered_live(answers: dict[tuple[str, str], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The real-time requests that every system answered live; nothing if only one system was asked."""
    real_time = {name: rows for (name, mode), rows in answers.items() if mode == "real_time"}
    if len(real_time) < 2:
        return {}
    live = set.intersection(*(set(rows.loc[rows["replayed"], "flight_id"]) for rows in real_time.values()))
    return {name: rows[rows["flight_id"].isin(live)].reset_index(drop=True) for name, rows in real_time.items()}
