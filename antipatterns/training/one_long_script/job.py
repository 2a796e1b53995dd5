"""The nightly job as one script, from top to bottom.

It began as a notebook and was cleaned up when it went into the crontab. Nothing is written before all is known, so no
half result is ever seen; if a night fails, the script is started again in the morning.
"""

import base64
import gzip
import io
import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pandas as pd

from problem.nightly import (
    Site,
    ask_risks,
    describe_flights,
    fit_risk,
    report_carriers,
    report_fleet,
    report_ground,
    report_weather,
    write_output,
)

SCHEDULE_LOGIN = "ops:harbour-31"
DEPARTURES_TOKEN = "dep-7f3a"
LANDINGS_KEY = "lnd-5c91"
WEATHER_KEY = "wx-204e"
FLEET_TOKEN = "fleet-88ab"
GEO_CLIENT = "geo-1d07"
TIMEOUT = 10


def get(url: str, **headers: str) -> bytes:
    """The body; raises ``OSError`` for anything but an answer."""
    with urlopen(Request(url, headers=headers), timeout=TIMEOUT) as answer:
        return bytes(answer.read())


def fetch_all(address: str) -> dict[str, pd.DataFrame]:
    """The six tables, in the job's own names."""
    login = base64.b64encode(SCHEDULE_LOGIN.encode()).decode()
    schedule = pd.read_csv(io.BytesIO(get(f"{address}/schedule.csv", Authorization=f"Basic {login}")))
    schedule = schedule.rename(columns={"from": "origin", "to": "dest", "tail": "tailnum", "miles": "distance"})
    schedule["carrier"] = schedule.pop("airline")

    lines = get(f"{address}/departures", Authorization=f"Bearer {DEPARTURES_TOKEN}").splitlines()
    departures = pd.DataFrame([json.loads(line) for line in lines]).rename(columns={"from": "origin"})
    departures["dep_delay"] = departures.pop("gate_delay")

    rows: list[dict[str, Any]] = []
    page = 1
    while page:
        answer = json.loads(get(f"{address}/landings?page={page}", **{"X-Api-Key": LANDINGS_KEY}))
        rows, page = rows + answer["rows"], answer["next"]
    landings = pd.DataFrame(rows)
    landings["arr_delay"] = landings.pop("arrival_gap")

    weather = pd.read_csv(io.BytesIO(get(f"{address}/weather.csv?key={WEATHER_KEY}")))
    weather = weather.rename(columns={"station": "origin", "temp_f": "temp", "wind_mph": "wind_speed",
                                      "visib_mi": "visib", "pressure_mb": "pressure"})  # fmt: skip
    weather["precip"] = weather.pop("precip_in")

    planes = pd.read_csv(io.BytesIO(gzip.decompress(get(f"{address}/fleet/{FLEET_TOKEN}.csv.gz"))))
    planes = planes.rename(columns={"tail": "tailnum", "seats_total": "seats"})

    airports = pd.DataFrame(json.loads(get(f"{address}/airports.json", **{"X-Client": GEO_CLIENT})))
    airports = airports.rename(columns={"faa": "dest", "latitude": "lat", "longitude": "lon"})
    return {"schedule": schedule, "departures": departures, "landings": landings,
            "weather": weather, "planes": planes, "airports": airports}  # fmt: skip


class Job:
    """See ``problem.nightly``."""

    def __init__(self, home: Path, site: Site) -> None:
        self.home, self.site = home, site

    def run(self) -> list[str]:
        """All or nothing."""
        try:
            self._run()
        except (OSError, ValueError, KeyError) as error:
            return [f"the nightly job failed: {type(error).__name__}: {error}"]
        return []

    def _run(self) -> None:
        today, tables = self.site.today, fetch_all(self.site.address)
        rows = describe_flights(tables)
        outputs = {
            "risks": ask_risks(fit_risk(rows, today), rows, today),
            "carriers": report_carriers(tables["landings"], tables["schedule"], today),
            "ground": report_ground(tables["departures"], today),
            "fleet": report_fleet(tables["schedule"], tables["planes"], today),
            "weather": report_weather(tables["weather"], today),
        }
        for name, values in outputs.items():
            write_output(self.home, name, today, values)
