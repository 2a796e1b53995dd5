"""Sources that change a unit, replayed: what rings on which day, what it costs, and what a side loses until then."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.owned_checks import WINDOW, AtTheDoor, AtTheEnd, Named, list_features, list_starts, name_affected
from lab.patterns.owned_costs import LEVEL, NATS, Costs, Floats, Told, count_costs, mix
from lab.patterns.owned_deliveries import Change, Deliveries
from lab.patterns.owned_features import Served
from lab.patterns.watched_year import DAY
from problem.owned import Intake
from problem.watched import Rows

BOTH, VALUES, ALONE = "values and declaration", "values only", "declaration only"
ARMS = (BOTH, VALUES, ALONE)
"""What a source changes."""


class NotPlanted(AssertionError):
    """The change cannot be seen in what the model gets: nothing that follows would mean anything."""


class Replay(NamedTuple):
    """A change on one day. ``rung`` and ``clean``: by day since then, what rang with and without it, about what it
    touches; ``costs`` by model; ``lost``: sums of nats by day, by arm, side, model and figure of ``Costs``."""

    change: Change
    start: pd.Timestamp
    rung: Sequence[Named]
    clean: Sequence[Named]
    costs: Mapping[str, Costs]
    lost: Mapping[tuple[str, str, str, str], Floats]


def answer(served: Served, rows: Rows) -> Told:
    """What all models say of these requests."""
    return Told(rows, {model: served.answer(model, rows) for model in served.models})


def plant(served: Served, clean: Told, start: pd.Timestamp, change: Change) -> Told:
    """The same requests under a change. Raises ``NotPlanted``."""
    rows = served.change(clean.rows, start, change)
    if rows.equals(clean.rows):
        raise NotPlanted(f"{change.column} by {change.name}: the rows are as before")
    return answer(served, rows)


class Player:
    """Replays changes. ``ends``: the rules at the end, by model; ``owned``: the side whose checks stand for all."""

    def __init__(
        self,
        served: Served,
        deliveries: Deliveries,
        intakes: Mapping[str, Intake],
        ends: Mapping[str, AtTheEnd],
        owned: str,
    ) -> None:
        self.served, self.deliveries, self.intakes, self.ends = served, deliveries, intakes, ends
        self.door = AtTheDoor(intakes[owned], deliveries)

    def play(self, changes: Sequence[Change], starts: Sequence[pd.Timestamp] = ()) -> Iterator[Replay]:
        """Every change on every day."""
        for start in starts or list_starts():
            clean = answer(self.served, self.served.year.span(start, WINDOW)).find_shifts()
            quiet: dict[str, list[Named]] = {}
            for change in changes:
                if change.column not in quiet:
                    quiet[change.column] = self._ring(change, start, None)
                yield self._play(change, start, clean, quiet[change.column])

    def _play(self, change: Change, start: pd.Timestamp, clean: Told, quiet: Sequence[Named]) -> Replay:
        hit = plant(self.served, clean, start, change)
        costs = count_costs(clean, hit, start)
        lost = dict(self._lose(change, start, clean, costs))
        return Replay(change, start, self._ring(change, start, hit), quiet, costs, lost)

    def _ring(self, change: Change, start: pd.Timestamp, hit: Told | None) -> list[Named]:
        """What rings about the quantity from the start on, by day; without the change if nothing is ``hit``."""
        affected, days = name_affected(change), [start + number * DAY for number in range(WINDOW)]
        rung = [self.door.ring(day, [change.source], change if hit else None) for day in days]
        for model, end in self.ends.items():
            rows = end.take(start, WINDOW)
            rows = mix(rows, hit, model, start) if hit else rows
            for day, of in zip(days, rung, strict=True):
                of |= end.ring(day, rows, list_features(change))
        return [of & affected for of in rung]

    def _lose(
        self, change: Change, start: pd.Timestamp, clean: Told, costs: Mapping[str, Costs]
    ) -> Iterator[tuple[tuple[str, str, str, str], Floats]]:
        for side, intake in self.intakes.items():
            for arm in ARMS:
                served, found = self._deliver(intake, change, start, arm)
                of = costs if served is change else {model: each.forget() for model, each in costs.items()}
                if served is not None and served is not change:
                    part = clean.cut(start, WINDOW if found is None else found + 1)  # what is served after it is right
                    wrong = count_costs(part, plant(self.served, part, start, served), start)
                    of = {model: wrong[model]._replace(answers=each.answers) for model, each in costs.items()}
                for model, each in of.items():
                    for figure in (NATS, LEVEL):
                        yield (arm, side, model, figure), each.lose_until(found, figure)

    def _deliver(
        self, intake: Intake, change: Change, start: pd.Timestamp, arm: str
    ) -> tuple[Change | None, int | None]:
        """What is served, as a change of what should be, None if all is right; and the day of the first complaint."""
        served: Change | None = None
        for number in range(WINDOW):
            delivery = self.deliveries[change.source, start + number * DAY]
            came = change.deliver(delivery, values=arm != ALONE, declaration=arm != VALUES)
            taken = intake.take(came)
            if not number:
                should, was = (of[change.column].to_numpy(float) for of in (delivery.rows, taken.rows))
                right = np.allclose(should, was, rtol=1e-6, equal_nan=True)
                served = None if right else change if arm != ALONE else invert(change)
            if {said.column for said in taken.complaints} & {*change.columns}:
                return served, number
        return served, None


def invert(change: Change) -> Change:
    """The way back: what is made of right values by whoever believes that the unit has changed."""
    return change._replace(factor=1 / change.factor, offset=-change.offset / change.factor)
