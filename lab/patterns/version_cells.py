"""Every model of every environment, loaded and asked in each of them: the cells of the matrix, and what they add up to.

The rows are real: nightly vectors of the modular monolith, June to train on, July to answer.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from lab.patterns import version_worker
from lab.patterns.environments import ENVIRONMENTS, FOLDER, Environment, run_in
from lab.patterns.version_pipelines import write_rows
from lab.patterns.version_worker import ASKED, DIFFERS, EQUAL, NOT_PACKED, REFUSED, TRAINING, WARNED
from problem.facts import load_facts
from problem.questions import NEW_YORK, questions, scheduled_between
from reference.systems.modular_monolith.features import features

EVERY = 16
"""One flight in so many: some 1,800 rows to train on, and as many to answer."""
AT_ONCE = 2
MARGIN = 0.05
"""Share of cells, as in PREDICTIONS.md."""
SAMPLES = (1, 5, 20, 100)
"""Rows of a sample that might travel with the model."""


def write_months(folder: Path) -> None:
    """The rows that every environment trains on and is asked about, as text."""
    facts = load_facts()
    asked = questions(facts, "batch")
    asked = asked[asked["flight_id"] % EVERY == 0]
    late = facts.outcomes.set_index("flight_id")["late"]
    june, july, august = (pd.Timestamp(f"2013-{month}-01", tz=NEW_YORK).tz_convert("UTC") for month in (6, 7, 8))
    for name, start, end in ((TRAINING, june, july), (ASKED, july, august)):
        rows = features(facts, scheduled_between(asked, start, end))
        write_rows(rows.assign(late=rows["flight_id"].map(late)), folder / name)


def run_matrix(
    folder: Path,
    packages: Mapping[str, str],
    environments: Sequence[Environment] = ENVIRONMENTS,
    root: Path = FOLDER,
) -> pd.DataFrame:
    """Train in each environment, answer in each; ``folder`` holds the rows, ``packages``: by card, a side's package.

    A row a cell: trained, served (names of environments), side, pipeline, outcome, words (of the error or the warning),
    largest (difference in probability), moved (share of answers), flips (share of decisions at 0.5). What is not packed
    has no ``served``. Raises ``StudyError`` for an environment that is not there.
    """

    def run(job: str, here: Environment) -> list[dict[str, Any]]:
        task = {"here": here.name, "sides": dict(packages), "trained": [each.name for each in environments]}
        printed = run_in(here, ["-m", version_worker.__name__, job, str(folder), json.dumps(task)], root=root)
        served = {"served": here.name} if job == "answer" else {}
        return [json.loads(line) | served for line in printed.splitlines()]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = [of for job in ("train", "answer") for of in pool.map(partial(run, job), environments)]
    return _complete([line for of in told for line in of])


def _complete(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    empty = {"served": "", "words": "", "largest": 0.0, "moved": 0.0, "flips": 0.0}
    cells = pd.DataFrame([{**empty, **line} for line in lines])
    by_name = {each.name: each for each in ENVIRONMENTS}
    return cells.assign(
        distance=[
            _minor(by_name[served]) - _minor(by_name[trained]) if served else 0
            for trained, served in zip(cells["trained"], cells["served"], strict=True)
        ]
    )


def _minor(environment: Environment) -> int:
    return int(environment.scikit_learn.partition(".")[2])


def count_outcomes(cells: pd.DataFrame, by: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each value of the columns ``by``: how many cells were packed, and the share of each outcome in them."""
    packed = cells[cells["outcome"] != NOT_PACKED]
    rows = []
    for key, of in packed.groupby(list(by)):
        shares = {name: float((of["outcome"] == name).mean()) for name in (EQUAL, WARNED, DIFFERS, REFUSED)}
        rows.append(dict(zip(by, key, strict=True)) | {"cells": len(of)} | shares)
    return json.loads(json.dumps(rows, default=int))


def share_alike(cells: pd.DataFrame) -> float:
    """The share of cells that answer as the model did where it was trained, with a warning or without."""
    return float(cells["outcome"].isin([EQUAL, WARNED]).mean())


def find_turn(cells: pd.DataFrame, side: str) -> int | None:
    """From how many releases apart on, either way, a side answers equally in fewer cells than within one release.

    Fewer by more than the margin, at this distance and at every greater one; None if nowhere.
    """
    own = cells[cells["side"] == side].assign(apart=cells["distance"].abs())
    alike = {apart: share_alike(of) for apart, of in own.groupby("apart")}
    worse = [apart for apart in alike if all(alike[0] - alike[d] > MARGIN for d in alike if d >= apart)]
    return int(min(worse)) if worse else None


def find_silent(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """The cells that differ without an error, and how likely a sample of so many rows would have shown it."""
    silent = cells[cells["outcome"] == DIFFERS].sort_values(["side", "pipeline", "trained", "served"])
    rows = silent.drop(columns=["outcome", "distance"]).to_dict("records")
    return [row | {"shown": {str(n): 1 - (1 - row["moved"]) ** n for n in SAMPLES}} for row in rows]


def share_needless(cells: pd.DataFrame, cautious: str, plain: str) -> float:
    """Of the pairs that ``cautious`` refuses, the share in which ``plain`` answers equally."""
    key = ["trained", "served", "pipeline"]
    both = cells[cells["side"] == cautious].merge(cells[cells["side"] == plain], on=key, suffixes=("", "_plain"))
    refused = both[both["outcome"] == REFUSED]
    return float(refused["outcome_plain"].isin([EQUAL, WARNED]).mean())


def pack_cells(cells: pd.DataFrame) -> dict[str, Any]:
    """All cells in little room: names once, numbers of names by column."""
    columns, names = {}, {}
    for column in ("trained", "served", "side", "pipeline", "outcome", "words"):
        codes, values = pd.factorize(cells[column], sort=True)
        columns[column], names[column] = codes.tolist(), list(values)
    return {"names": names, "columns": columns}


def unpack_cells(packed: Mapping[str, Any]) -> pd.DataFrame:
    """The cells that ``pack_cells`` was given; numbers are in ``find_silent``, elsewhere they are nothing."""
    names, columns = packed["names"], packed["columns"]
    return pd.DataFrame({column: [names[column][code] for code in codes] for column, codes in columns.items()})
