"""The gate G0 on the study's results: is it the same job that all systems do, and does the ruler see straight?"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import Row
from measure.data import gate, planted_shift, skew
from problem.contract import FEATURES, KEYS

ON = list(KEYS)
PLANTED = 0.05
PREDICTIONS = ("prediction", "prediction_delay")


def rows(results: Results) -> Iterator[Row]:
    """All of the gate's figures; each must be 0."""
    yield from compare_vectors(results)
    yield from oracle_on_fixture(results)
    yield from check_calibration(results)
    yield from compare_with_oracle(results)


def draw(results: Results, folder: Path) -> None:
    """Columns that differ on the fixture, served vectors, every system against the first."""
    tables = {f"{n}, {mode}": rows for n in results.systems for mode, rows in results.by_mode(f"gate-{n}", "served")}
    reference, *others = tables
    if not others:
        return  # one system and one kind of question: there is nothing to hold against it
    held = gate.agreement(
        tables[reference], {name: tables[name] for name in others}, ON, list(FEATURES), reference_name=reference
    )
    gate.draw(held, folder / "same_job.png")


def compare_vectors(results: Results) -> Iterator[Row]:
    """Vectors and predictions on the frozen fixture, each system's against the first one's."""
    for kind in ("training", "served"):
        tables = {(n, mode): rows for n in results.systems for mode, rows in results.by_mode(f"gate-{n}", kind)}
        reference = next(iter(tables.values()))
        for (name, mode), rows in tables.items():
            differing = _count_differing(reference, rows)
            yield Row("gate", name, mode, differing, note=f"{kind}, of {len(rows):,} vectors")
            if kind == "served":
                same = [gate.same_predictions(reference, rows, ON, column).passed for column in PREDICTIONS]
                note = "models whose predictions differ by over 1e-9"
                yield Row("gate", name, mode, float(same.count(False)), note=note)


def check_calibration(results: Results) -> Iterator[Row]:
    """The ruler itself: a system against itself is exactly 0, a planted shift is found to the row."""
    _, table = next(results.by_mode(f"gate-{results.systems[0]}", "served"))
    found = _count_differing(table, planted_shift.plant_shift(table, FEATURES[0], PLANTED, seed=0))
    missed = abs(found - round(PLANTED * len(table)))
    yield Row("gate", "ruler", "", _count_differing(table, table), note="a system against itself")
    yield Row("gate", "ruler", "", missed, note=f"rows missed of a planted {PLANTED:.0%} shift ({found:.0f} found)")


def oracle_on_fixture(results: Results) -> Iterator[Row]:
    """The fixture's vectors against the oracle's: all that were served and every tenth of the training questions."""
    truth = results.table("oracle", "oracle")
    for name in results.systems:
        training, served = (dict(results.by_mode(f"gate-{name}", kind)) for kind in ("training", "served"))
        for mode in served:
            rows = pd.concat([training[mode], served[mode]])[[*ON, *FEATURES]].merge(truth[ON], on=ON)
            differing = _count_differing(truth, rows)
            yield Row("gate", name, mode, differing, note=f"against the oracle, of {len(rows):,} vectors")


def compare_with_oracle(results: Results) -> Iterator[Row]:
    """Random served answers against the oracle, each stored feature as of the age that the log states."""
    for name in results.systems:
        truth = dict(results.by_mode(f"agree-{name}", "oracle"))
        for mode, rows in results.by_mode(f"agree-{name}", "sample"):
            yield Row("oracle", name, mode, _count_differing(truth[mode], rows), note=f"of {len(rows):,}")


def _count_differing(reference: pd.DataFrame, rows: pd.DataFrame) -> float:
    """Rows in which any feature differs."""
    return float(skew.row_skew(reference, rows, ON, list(FEATURES)).by_row["skewed"].sum())
