"""Ruler 3 on the study's results: what was believed, what was served, and how far ahead of a rival on the same rows."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

from lab.study.day_blocks import add_outcomes
from lab.study.results import Results
from lab.study.rulers.freshness import fresh
from lab.study.scorecard_rows import Row, make_row
from lab.systems import find_rival
from measure.data import believed
from measure.data.days import Estimate
from problem.contract import KEYS

ON = list(KEYS)
LIVE = "real_time_live"


def rows(results: Results) -> Iterator[Row]:
    """Believed and served scores, their gap, the flips, and the paired lead over the rival."""
    return Beliefs(results).rows()


def draw(results: Results, folder: Path) -> None:
    """All modes but the live days, which would crowd the figure."""
    beliefs = {key: result for key, result in Beliefs(results).beliefs.items() if key[1] != LIVE}
    believed.draw(beliefs, folder / "believed_vs_served.png")


def measure_losses(results: Results) -> Iterator[Row]:
    """Served log loss and gap alone, which need no other step than service."""
    for (name, mode), found in Beliefs(results).beliefs.items():
        yield make_row("served_loss", name, mode, found.served.log_loss)
        yield make_row("gap", name, mode, found.log_loss_gap)


class Beliefs:
    """Every system's served answers beside what its training path would have made of the same questions."""

    def __init__(self, results: Results) -> None:
        self.results = results

    @cached_property
    def answers(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Per system and mode, every served answer beside what the training path would have made of it.

        The mode ``real_time_live`` holds the requests that every system answered live, FTI out of its online store.
        """
        found = {}
        for name in self.results.systems:
            offline = self.results.table(f"serve-{name}", "offline", [*ON, "prediction"])
            for mode, served in self.results.by_mode(f"serve-{name}", "served"):
                both = served.merge(offline, on=ON, suffixes=("", "_believed"), validate="one_to_one")
                found[name, mode] = add_outcomes(both).sort_values("flight_id", ignore_index=True)
        return found | {(name, LIVE): rows for name, rows in _find_live_answers(found).items()}

    @cached_property
    def beliefs(self) -> dict[tuple[str, str], believed.BelievedVsServed]:
        """Believed vs served per system and mode."""
        return {
            key: believed.believed_vs_served(rows["late"], rows["day"], rows["prediction_believed"], rows["prediction"])
            for key, rows in self.answers.items()
        }

    def rows(self) -> Iterator[Row]:
        """Believed and served scores, their gap, the flips, the paired lead over the rival, and the oracle's scores."""
        yield from self.held()
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
                yield make_row(key, name, mode, figure, note)

    def held(self) -> Iterator[Row]:
        """Scores by whose features, on the answers that were held against the oracle: it is too slow for all."""
        for name in self.results.systems:
            yield from self._held(name)

    def _held(self, name: str) -> Iterator[Row]:
        for mode, sample in self.results.by_mode(f"agree-{name}", "sample"):
            rows = self.answers[name, mode].merge(sample[ON], on=ON)
            rows = rows.merge(fresh(self.results, name, mode), on=ON, suffixes=("", "_oracle"), validate="one_to_one")
            sides = [rows[f"prediction{side}"] for side in ("_believed", "", "_oracle")]
            found = believed.believed_vs_served(rows["late"], rows["day"], *sides[:2], oracle=sides[2])
            for part in ("believed", "served", "oracle"):
                quality, note = getattr(found, part), f"{found.rows} answers that were held against the oracle"
                for key, figure in (("held_loss", quality.log_loss), ("held_auc", quality.auc)):
                    yield make_row(key, name, mode, figure, note, part)

    def _leads(self, name: str, mode: str) -> dict[str, Estimate]:
        """How far a system's served scores lie from its rival's on the same rows, paired by week."""
        rival = find_rival(name, [other for other, its in self.answers if its == mode])
        return measure_lead(self.answers[name, mode], self.answers[rival, mode]) if rival else {}


def measure_lead(rows: pd.DataFrame, rival: pd.DataFrame) -> dict[str, Estimate]:
    """AUC and log loss of the served answers minus the rival's, paired row by row.

    Both: ``flight_id``, ``late``, ``day``, ``prediction``, in one order. Raises ``CannotScore`` if the questions are
    not the same.
    """
    if not rows["flight_id"].equals(rival["flight_id"]):
        raise believed.CannotScore("a lead needs the same questions, row by row, of both systems")
    pair = believed.believed_vs_served(rows["late"], rows["day"], rows["prediction"], rival["prediction"])
    loss, auc = pair.log_loss_gap, pair.auc_gap  # rival − own for the loss, own − rival for the AUC
    return {"lead": auc, "lead_loss": Estimate(-loss.value, -loss.high, -loss.low)}


def _find_live_answers(answers: dict[tuple[str, str], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The real-time requests that every system answered live; nothing if only one system was asked."""
    real_time = {name: rows for (name, mode), rows in answers.items() if mode == "real_time"}
    if len(real_time) < 2:
        return {}
    live = set.intersection(*(set(rows.loc[rows["replayed"], "flight_id"]) for rows in real_time.values()))
    return {name: rows[rows["flight_id"].isin(live)].reset_index(drop=True) for name, rows in real_time.items()}
