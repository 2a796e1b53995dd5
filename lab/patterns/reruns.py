"""Runs made again from what a keeper remembers, and what is equal then: metric, predictions, model file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.patterns import rerun_worker
from lab.patterns.environments import FOLDER, Environment, run_in
from lab.patterns.rerun_plan import ENVIRONMENTS, SETTLED, Planned, Warehouse, check_out
from problem.reruns import Keeper, Recipe, Run, digest_file

AT_ONCE = 2
NEAR, ALIKE = 0.001, 0.005
"""Nats by which a metric may differ and still be called near, or alike: the margin for nats in PREDICTIONS.md."""


class Ingredients(NamedTuple):
    """All that a run is made of, so equal ones are one run."""

    commit: str
    environment: Environment
    data: Path
    seed: int
    split: float


class Made(NamedTuple):
    """What came out: ``metric`` in nats, digests of the model's file and of the predictions, and where they lie."""

    metric: float
    model: str
    predictions: str
    folder: Path


@dataclass
class Maker:
    """Makes runs in their environments below ``folder``; equal ingredients are made once, unless ``anew``."""

    folder: Path
    root: Path = FOLDER
    made: dict[Ingredients, Made] = field(default_factory=dict)
    count: int = 0

    def make(self, wanted: Iterable[Ingredients], anew: bool = False) -> dict[Ingredients, Made]:
        """What came out of each. Raises ``StudyError`` for a commit or an environment that is not there."""
        asked = list(dict.fromkeys(wanted))
        todo = [each for each in asked if anew or each not in self.made]
        by_place = {place: [each for each in todo if each.environment == place] for place in ENVIRONMENTS}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(lambda place: self._make_in(place, by_place[place]), by_place))
        fresh = {key: made for of in results for key, made in of.items()}
        if anew:
            return fresh
        self.made |= fresh
        return {each: self.made[each] for each in asked}

    def _make_in(self, place: Environment, todo: Sequence[Ingredients]) -> dict[Ingredients, Made]:
        if not todo:
            return {}
        self.count += 1
        home = self.folder / "made" / f"{self.count}_{place.name}"
        tasks: list[dict[str, Any]] = [
            {
                "code": str(check_out(each.commit, self.folder / "code")),
                "data": str(each.data),
                "seed": each.seed,
                "split": each.split,
                "out": str(home / str(number)),
            }
            for number, each in enumerate(todo)
        ]
        home.mkdir(parents=True)
        (home / "tasks.json").write_text(json.dumps(tasks))
        printed = run_in(place, [str(rerun_worker.__file__), str(home / "tasks.json")], self.folder, self.root)
        told = [json.loads(line) for line in printed.splitlines()]
        return {each: Made(**of, folder=Path(task["out"])) for each, of, task in zip(todo, told, tasks, strict=True)}


@dataclass(frozen=True)
class Extracts:
    """Extracts of the warehouse by content: one that reads the same on two days is one file."""

    warehouse: Warehouse
    folder: Path
    known: dict[tuple[str, str], Path] = field(default_factory=dict)

    def of(self, day: str, read_on: str) -> Path:
        """What was known up to ``day``, as it is on the day ``read_on``."""
        read_on = min(read_on, str((pd.Timestamp(day) + SETTLED).date()))
        if (day, read_on) not in self.known:
            file = self.warehouse.extract(day, read_on, self.folder / "part.zip")
            self.known[day, read_on] = file.rename(self.folder / f"{digest_file(file)}.zip")
        return self.known[day, read_on]


def use_all(planned: Planned, extracts: Extracts) -> Ingredients:
    """What a run is made of on its own day."""
    data = extracts.of(planned.day, planned.day)
    return Ingredients(planned.commit, planned.environment, data, planned.seed, planned.split)


def fill_in(recipe: Recipe, today: Planned, extracts: Extracts) -> Ingredients:
    """A recipe as somebody can follow it today: what it does not say is taken as it is now.

    Its day is in every recipe, and the warehouse can be read up to that day; but it reads as it is today.
    """
    places = {each.lock.read_text(): each for each in ENVIRONMENTS}
    return Ingredients(
        today.commit if recipe.commit is None else recipe.commit,
        today.environment if recipe.lock is None else places[recipe.lock],
        extracts.of(recipe.day, today.day) if recipe.data is None else _by_content(recipe.data, extracts),
        today.seed if recipe.seed is None else recipe.seed,
        today.split if recipe.split is None else recipe.split,
    )


def _by_content(data: Path, extracts: Extracts) -> Path:
    """The kept file, under the name that its content has here, so that equal data are equal ingredients."""
    place = extracts.folder / f"{digest_file(data)}.zip"
    if not place.exists():
        place.write_bytes(data.read_bytes())
    return place


def describe_run(planned: Planned, used: Ingredients, made: Made) -> Run:
    """A run as keepers are told of it."""
    return Run(
        planned.number,
        planned.day,
        planned.commit,
        planned.environment.lock,
        used.data,
        planned.seed,
        planned.split,
        made.metric,
        made.folder / rerun_worker.MODEL,
    )


def compare(again: Made, first: Made) -> dict[str, bool]:
    """What is equal: the metric within ``ALIKE``, within ``NEAR``, to four digits; predictions, model byte for byte."""
    return {
        "alike": abs(again.metric - first.metric) <= ALIKE,
        "near": abs(again.metric - first.metric) <= NEAR,
        "metric": f"{again.metric:.4f}" == f"{first.metric:.4f}",
        "predictions": again.predictions == first.predictions,
        "model": again.model == first.model,
    }


def remember(
    keepers: Mapping[str, Keeper], runs: Sequence[Run], ages: Sequence[int]
) -> dict[tuple[str, int, int], Recipe]:
    """By keeper, run and age: what the keeper knows of the run so many runs later, as the last one kept is then."""
    recipes: dict[tuple[str, int, int], Recipe] = {}
    for now, run in enumerate(runs):
        for name, keeper in keepers.items():
            keeper.keep(run)
            recipes |= {(name, now - age, age): keeper.find(now - age) for age in ages if age <= now}
    return recipes


def omit_one(used: Ingredients, last: Ingredients, read_later: Path) -> dict[str, Ingredients]:
    """A run with one ingredient as it is in the end, by that ingredient's name."""
    return {
        "data": used._replace(data=read_later),
        "commit": used._replace(commit=last.commit),
        "lock": used._replace(environment=last.environment),
        "seed": used._replace(seed=last.seed),
        "split": used._replace(split=last.split),
    }
