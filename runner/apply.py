"""Applies the rulers to what the steps left behind: rows for the scorecard, pictures for the figures folder."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

from measure import believed, reuse, skew
from problem.contract import AGES, FEATURES, KEYS
from problem.facts import load_facts
from problem.questions import NEW_YORK
from runner.rows import Row
from runner.same_job import agreement, calibration, oracle_on_fixture, same_vectors
from runner.steps import CURED, cost_of

ON = list(KEYS)


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
        believed.draw(self.beliefs, folder / "believed_vs_served.png")
        reuse.draw(self.costs, folder / "second_model.png")

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
    def beliefs(self) -> dict[tuple[str, str], believed.BelievedVsServed]:
        """Believed vs served per system and mode, over all of October to December."""
        late = load_facts().outcomes.set_index("flight_id")["late"]
        found = {}
        for name in self.systems:
            offline = self.table(f"serve-{name}", "offline", [*ON, "prediction"])
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                both = served.merge(offline, on=ON, suffixes=("", "_believed"), validate="one_to_one")
                found[name, mode] = believed.believed_vs_served(
                    both["flight_id"].map(late), _day(both["asked_at"]), both["prediction_believed"], both["prediction"]
                )
        return found

    def _believed(self) -> Iterator[Row]:
        for (name, mode), result in self.beliefs.items():
            live = int(
                self.table(f"serve-{name}", "served", ["mode", "replayed"]).query("mode == @mode")["replayed"].sum()
            )
            note = f"{result.rows:,} answers on {result.days} days, {live:,} of them live"
            figures = {
                "believed": result.believed.auc,
                "served": result.served.auc,
                "gap": result.log_loss_gap,
                "flips": result.flips,
            }
            for key, figure in figures.items():
                yield Row(key, name, mode, figure.value, figure.low, figure.high, note)

    def _age(self) -> Iterator[Row]:
        for name in self.systems:
            for mode, served in self.by_mode(f"serve-{name}", "served"):
                ages = served[list(AGES)]
                spread = [float(ages.mean().min()), float(ages.mean().max())]
                note = f"mean over the stored features; from {spread[0]:.0f} to {spread[1]:.0f} by feature"
                yield Row("age", name, mode, float(ages.to_numpy().mean()), note=note)

    @cached_property
    def costs(self) -> dict[str, reuse.MarginalCost]:
        """CPU seconds of the first and the second model, medians over the rounds."""
        seconds = self.table(cost_of(self.systems), "cost")
        medians = seconds.groupby(["system", "stage"])["seconds"].median()
        return {
            name: reuse.marginal_cost(
                {"feature pipeline": medians[name, "features"], "training run": medians[name, "first"]},
                {"feature pipeline": 0.0, "training run": medians[name, "second"]},
            )
            for name in self.systems
        }

    def _second(self) -> Iterator[Row]:
        table = self.table(cost_of(self.systems), "cost").pivot(
            index=["system", "round"], columns="stage", values="seconds"
        )
        for name in self.systems:
            first, second = (table["features"] + table["first"])[name].median(), table.loc[name, "second"]
            note = f"the first took {first:.1f}; low and high are the rounds' extremes"
            yield Row("second", name, "", second.median(), second.min(), second.max(), note)


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
