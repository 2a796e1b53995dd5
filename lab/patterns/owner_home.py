"""An installation that is handed over: what a new owner finds on the machine, with either side's page."""

import csv
import json
import math
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pandas as pd

from lab.engine.workspace import REPOSITORY
from lab.patterns.owned_deliveries import load_source, make_deliveries
from lab.patterns.service_process import find_free_port
from parts.deployed_service.example_request import EXAMPLE
from parts.kept_models import release, tell
from parts.kept_models.train import GROUPS, train
from parts.tested_page import ask
from parts.tested_page.page import Step, read_page
from problem.monday import Model
from problem.owned import PLACES, Delivery, write_deliveries

TODAY, KEPT_FROM, ROWS = pd.Timestamp("2013-06-10"), pd.Timestamp("2013-05-01"), 4_000
PROGRAMS = (ask, release, tell)
"""What pages start as processes: named, so that the key of the experiment covers them."""
PAGES = ("RUNBOOK.md", "README.md")
IN_FORCE, BEFORE = "late/2", "late/1"
PATIENCE = 15.0
"""Seconds until a service is given up that does not answer."""
PEOPLE = ("network planning", "weather desk", "operations control")


class Home(NamedTuple):
    """``folder`` of the installation, ``code`` of the side, the text of its ``page``'s file."""

    folder: Path
    code: Path
    page: Path

    def tell(self) -> dict[str, str]:
        """The environment of its commands, at a free port."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        models = str(self.folder / "models")
        return {
            "PATH": path,
            "PYTHONPATH": str(REPOSITORY),
            "OMP_NUM_THREADS": "1",
            "HOST": "127.0.0.1",
            "PORT": str(find_free_port()),
            "MODELS": models,
            "CODE": str(self.code),
            "TODAY": str(TODAY.date()),
        }

    def read_steps(self) -> list[Step]:
        """The commands of its page."""
        return read_page(self.page.read_text())


def install(side: ModuleType, folder: Path) -> Home:
    """Put everything that a new owner finds into an empty folder."""
    code = Path(str(side.__file__)).parent
    shutil.copytree(code, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "card.toml", "picture.toml"))
    write_deliveries(folder / "today", [*make_today()])
    load_source().airports[[*PLACES]].to_csv(folder / "places.csv", index=False)
    (folder / "example.json").write_text(json.dumps(EXAMPLE))
    (folder / "people.csv").write_text("".join(f"{name}\n" for name in ("desk", *PEOPLE)))
    put_answers(folder)
    return Home(folder, code, next(folder / name for name in PAGES if (folder / name).exists()))


def put_answers(folder: Path) -> None:
    """Two models, the second in force, and what it said of flights whose outcome is known."""
    rows = list_flights()
    kept = folder / "models" / "kept"
    kept.mkdir(parents=True)
    for version, known in ((BEFORE, rows[: ROWS // 4]), (IN_FORCE, rows[::2])):
        (kept / f"{version.replace('/', '-')}.json").write_text(json.dumps(train(known, version)))
    shutil.copy(kept / f"{IN_FORCE.replace('/', '-')}.json", folder / "models" / "late.json")
    model = Model(**json.loads((folder / "models" / "late.json").read_text()))
    with (folder / "answers.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, [*rows[0], "prediction"])
        table.writeheader()
        table.writerows(row | {"prediction": f"{_say(model, row):.6f}"} for row in rows[1::2])


def _say(model: Model, row: dict[str, str]) -> float:
    return 1 / (1 + math.exp(-model.score({f"{name}={row[name]}": 1.0 for name in GROUPS})))


@cache
def make_today() -> tuple[Delivery, ...]:
    """What has come today, by source."""
    return tuple(make_deliveries(load_source(), TODAY, TODAY).values())


@cache
def list_flights() -> tuple[dict[str, str], ...]:
    """Flights of some weeks, and whether they were late."""
    return tuple(_read_flights())


def _read_flights() -> Iterator[dict[str, str]]:
    flights = load_source().flights
    day = pd.to_datetime(flights[["year", "month", "day"]])
    for number, row in flights[day.between(KEPT_FROM, TODAY)].head(ROWS).iterrows():
        late = str(int(not row["arr_delay"] < 15))
        yield {"flight_id": str(number)} | {name: str(row[name]) for name in GROUPS} | {"late": late}


def wait_until_up(told: Mapping[str, str]) -> bool:
    """Whether a service answers in time where the environment says."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://{told['HOST']}:{told['PORT']}/health", timeout=PATIENCE).close()
            return True
        time.sleep(0.1)
    return False
