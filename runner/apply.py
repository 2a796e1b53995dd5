"""Applies the rulers to what the steps left behind: rows for the scorecard, pictures for the figures folder."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

from measure import believed, reuse, skew
from problem.contract import FEATURES, KEYS, STORED
from runner.beliefs import LIVE, Beliefs, day_of
from runner.rows import Row
from runner.same_job import agreement, calibration, oracle_on_fixture, same_vectors
from runner.steps import CURED, cost_of

ON = list(KEYS)
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
        beliefs = Beliefs(self)
        measures = (self._skew(), beliefs.rows(), self._age(), self._second())
        return [row for part in (*gates, *measures) for row in part]

    def draw(self, folder: Path) -> None:
        """Write the figures as PNG."""
        folder.mkdir(parents=True, exist_ok=True)
        skew.draw(self._worst_skew(), folder / "row_skew.png")
        beliefs = {key: result for key, result in Beliefs(self).beliefs.items() if key[1] != LIVE}
        believed.draw(beliefs, folder / "believed_vs_served.png")
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


def _skew(offline: pd.DataFrame, served: pd.DataFrame) -> skew.RowSkew:
    live = served.loc[served["replayed"], [*ON, *FEATURES]]
    asked = offline.merge(live[ON], on=ON)  # the same questions; those not replayed live have no served vector
    return skew.row_skew(asked, live, ON, list(FEATURES))


def _skew_row(key: str, name: str, mode: str, result: skew.RowSkew) -> Row:
    share = result.interval(day_of(result.by_row["asked_at"]))
    note = f"{result.skewed_features} of {len(result.per_feature)} features skewed; {result.rows:,} live answers"
    return Row(key, name, mode, share.value, share.low, share.high, note)
