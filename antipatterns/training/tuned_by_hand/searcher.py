"""The nightly model, tuned by hand until the test month looks good.

It began with the library's defaults and one number for the slides: the log loss of the test month. Then somebody asked
whether it could be better. So one setting is moved a step, and kept if the number gets better; then the next one. When
no single step helps any more, the rest of the grid runs over the weekend. Everything that was tried stands in a sheet
with its number, and the best line of the sheet goes into the report.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

from problem.search import GRID, LIBRARY, SPACE, Found, Months, Score, Settings, make_score

SHEET = "tried.csv"


class Searcher:
    """See ``problem.search``. ``seed``: in which order somebody thinks of the settings."""

    def __init__(self, home: Path | None = None, seed: int = 0) -> None:
        self._sheet, self._random = home / SHEET if home else None, Random(seed)
        self._losses: dict[Settings, float] = {}

    def search(self, score: Score, tries: int) -> Settings:
        """See the contract."""
        losses = self._losses = self._read_sheet()

        def look(settings: Settings) -> float:
            if settings not in losses and len(losses) < tries:
                losses[settings] = _try(score, settings)
                self._note(settings, losses[settings])
            return losses.get(settings, float("inf"))

        self._tune(look)
        for settings in GRID:
            look(settings)
        best = min(losses, key=lambda settings: losses[settings], default=LIBRARY)
        if losses.get(best, float("inf")) == float("inf"):
            raise ValueError(f"none of {len(losses)} settings could be scored")
        return best

    def run(self, months: Months, tries: int) -> Found:
        """See the contract."""
        best = self.search(make_score(months.fit, months.test), tries)
        return Found(best, self._losses[best], looks=len(self._losses))

    def _tune(self, look: Score) -> None:
        """One setting at a time, a step up or down, as long as that helps."""
        best, names = LIBRARY, self._random.sample(list(SPACE), len(SPACE))
        look(best)
        moved = True
        while moved:
            moved = False
            for settings in (neighbour for name in names for neighbour in _list_neighbours(best, name)):
                if look(settings) < look(best):
                    best, moved = settings, True
                    break

    def _read_sheet(self) -> dict[Settings, float]:
        """What was tried until now; a line that is no such thing is named by ``ValueError``."""
        if not self._sheet or not self._sheet.exists():
            return {}
        lines = list(csv.reader(self._sheet.read_text().splitlines()))
        try:
            rows = [[float(value) for value in line] for line in lines]
            return {_find(row[:-1]): row[-1] for row in rows}
        except (ValueError, StopIteration, IndexError) as error:
            raise ValueError(f"{self._sheet} holds a line that is no settings with a loss: mend it by hand") from error

    def _note(self, settings: Settings, loss: float) -> None:
        if self._sheet:
            self._sheet.parent.mkdir(parents=True, exist_ok=True)
            with self._sheet.open("a") as sheet:
                csv.writer(sheet).writerow([*settings, loss])


def _list_neighbours(settings: Settings, name: str) -> Iterator[Settings]:
    """The same settings with one of them a step up, and a step down."""
    values = SPACE[name]
    place = values.index(getattr(settings, name))
    for other in (place + 1, place - 1):
        if 0 <= other < len(values):
            yield settings._replace(**{name: values[other]})  # type: ignore[arg-type]


def _try(score: Score, settings: Settings) -> float:
    try:
        return score(settings)
    except ValueError:
        return float("inf")


def _find(values: list[float]) -> Settings:
    return next(settings for settings in GRID if list(settings) == values)
