"""Half a year of one person's training runs: on which day, at which commit, in which environment, with which settings.

What moves is real: the commits are this repository's, the environments are installed, and the warehouse reports
landings late and corrects some of them (``problem.messy_facts``). Only the days are made to fall together.
"""

import io
import subprocess
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from lab.engine.workspace import REPOSITORY, StudyError
from lab.patterns.environments import Environment
from problem.facts import Facts, load_facts
from problem.messy_facts import CORRECTED, LATE, MessyFacts, make_messy
from problem.questions import NEW_YORK

COMMITS = REPOSITORY / "lab" / "patterns" / "rerun_commits.txt"
"""One a run, evenly spaced over all commits that have the feature code of the modular monolith."""
ENVIRONMENTS = (*(Environment(f"1.{minor}", 1) for minor in (5, 6, 7, 8)), Environment("1.9", 2))
SPLITS = (0.2, 0.25, 0.3)
FIRST_DAY = pd.Timestamp("2013-04-01")
WEEKS, EVERY = 6, 12
"""An extract holds the last weeks, and one flight in so many."""
SETTLED = pd.Timedelta(days=9)
"""After a day, all that was known on it is corrected: extracts read later read the same."""
CODE = ("problem", "reference")
"""What a run needs of a commit."""


class Planned(NamedTuple):
    """The ingredients of a run, the data as the day up to which the warehouse is read."""

    number: int
    day: str
    commit: str
    environment: Environment
    seed: int
    split: float


def plan_runs() -> list[Planned]:
    """A run a week. The seed is another one every second time, the share held out every fourth."""
    commits = COMMITS.read_text().split()
    days = [str((FIRST_DAY + pd.Timedelta(weeks=week)).date()) for week in range(len(commits))]
    return [
        Planned(
            number,
            day,
            commit,
            ENVIRONMENTS[number * len(ENVIRONMENTS) // len(commits)],
            seed=number // 2,
            split=SPLITS[number // 4 % len(SPLITS)],
        )
        for number, (day, commit) in enumerate(zip(days, commits, strict=True))
    ]


def check_out(commit: str, folder: Path) -> Path:
    """The code of a commit below ``folder``; raises ``StudyError`` if this clone does not hold the commit."""
    place = folder / commit
    if not place.exists():
        git = ["git", "-C", str(REPOSITORY), "archive", commit, *CODE]
        done = subprocess.run(git, capture_output=True, check=False)
        if done.returncode:
            raise StudyError(f"no commit {commit[:8]} in this clone: fetch the whole history (git fetch --unshallow)")
        place.mkdir(parents=True)
        subprocess.run(["tar", "-x", "-C", str(place)], input=done.stdout, check=True)
    return place


class Warehouse:
    """Facts that are reported late and corrected in place, of one flight in ``EVERY``."""

    def __init__(self, facts: Facts | None = None) -> None:
        facts = facts or load_facts()
        ids = facts.flights["flight_id"]
        self.facts: MessyFacts = make_messy(facts.only(pd.Index(ids[ids % EVERY == 0])), (LATE, CORRECTED))

    def extract(self, day: str, read_on: str, file: Path) -> Path:
        """Write what was known up to a day, as the warehouse has it on another one; the same content, the same bytes.

        The table of flights ends with the day, too, and all tables begin some weeks before.
        """
        until, now = (pd.Timestamp(of, tz=NEW_YORK).tz_convert("UTC") for of in (day, read_on))
        known = self.facts.known_at(now).known_at(until)
        flights, begin = known.flights, until - pd.Timedelta(weeks=WEEKS)
        ids = pd.Index(flights.loc[flights["scheduled_at"].between(begin, until), "flight_id"])
        tables = {table.name: getattr(known.only(ids), table.name) for table in fields(Facts)}
        tables["weather"] = tables["weather"][tables["weather"]["known_at"] >= begin]
        _write_zip(file, {f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()})
        return file


def _write_zip(file: Path, texts: Mapping[str, str]) -> None:
    """Without the time of writing, which would be another one each time."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            packed.writestr(ZipInfo(name), text, ZIP_DEFLATED)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.getvalue())
