"""Six branches, in the order in which they were needed. Each fetches, leaves a table for the merge, and reports.

Every branch was asked for by somebody else and written by whoever had time, so each fetches as its author is used to,
and a branch that needs the schedule, too, asks for it itself: it was older than the schedule's own branch, or did not
want to wait for it.
"""

import gzip
import json
import time
from base64 import b64encode
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen, urlretrieve

import pandas as pd

from problem.nightly import Site, report_carriers, report_fleet, report_ground, report_weather, write_output


def run_schedule(home: Path, site: Site) -> None:
    """Tomorrow's flights. It came in empty once, since then that is looked at."""
    basic = b64encode(b"ops:harbour-31").decode()
    with urlopen(Request(f"{site.address}/schedule.csv", headers={"Authorization": f"Basic {basic}"})) as answer:
        flights = pd.read_csv(answer)
    if not (flights["day"] > site.today).any():
        raise ValueError("the schedule does not reach tomorrow")
    names = {"airline": "carrier", "from": "origin", "to": "dest", "tail": "tailnum", "miles": "distance"}
    flights.rename(columns=names).to_csv(home / "schedule.csv", index=False)


def run_ground(home: Path, site: Site) -> None:
    """The ramp's delays, for the station managers."""
    ask = Request(f"{site.address}/departures")
    ask.add_header("Authorization", "Bearer dep-7f3a")
    records = [json.loads(line) for line in urlopen(ask)]
    delays = pd.DataFrame(records, columns=["flight_id", "day", "from", "gate_delay"])
    delays = delays.set_axis(["flight_id", "day", "origin", "dep_delay"], axis=1)
    delays.to_csv(home / "departures.csv", index=False)
    write_output(home, "ground", site.today, report_ground(delays, site.today))


def run_carriers(home: Path, site: Site) -> None:
    """On-time shares, for the carriers' meeting. The vendor's pages fail now and then, so each is asked thrice."""
    rows, page = [], 1
    while page:
        for attempt in range(3):
            try:
                ask = Request(f"{site.address}/landings?page={page}", headers={"X-Api-Key": "lnd-5c91"})
                answer = json.load(urlopen(ask, timeout=5))
                break
            except URLError:
                if attempt == 2:
                    raise
                time.sleep(0.05)
        rows += [(row["flight_id"], row["day"], row["arrival_gap"]) for row in answer["rows"]]
        page = answer["next"]
    landings = pd.DataFrame(rows, columns=["flight_id", "day", "arr_delay"])
    landings.to_csv(home / "landings.csv", index=False)
    login = {"Authorization": "Basic " + b64encode(b"ops:harbour-31").decode()}
    with urlopen(Request(f"{site.address}/schedule.csv", headers=login)) as answer:
        flights = pd.read_csv(answer, usecols=["flight_id", "airline"]).rename(columns={"airline": "carrier"})
    write_output(home, "carriers", site.today, report_carriers(landings, flights, site.today))


def run_weather(home: Path, site: Site) -> None:
    """Hours of bad weather, for the tower."""
    hours = pd.read_csv(f"{site.address}/weather.csv?key=wx-204e")
    hours = hours.rename(columns={"station": "origin", "temp_f": "temp", "wind_mph": "wind_speed"})
    hours = hours.rename(columns={"precip_in": "precip", "visib_mi": "visib", "pressure_mb": "pressure"})
    hours.to_csv(home / "weather.csv", index=False)
    write_output(home, "weather", site.today, report_weather(hours, site.today))


def run_fleet(home: Path, site: Site) -> None:
    """Tomorrow's seats, for the planners."""
    file, _ = urlretrieve(f"{site.address}/fleet/fleet-88ab.csv.gz", home / "fleet.csv.gz")
    with gzip.open(file) as registry:
        planes = pd.read_csv(registry).rename(columns={"tail": "tailnum", "seats_total": "seats"})
    planes.to_csv(home / "planes.csv", index=False)
    schedule = Request(f"{site.address}/schedule.csv")
    schedule.add_header("Authorization", "Basic " + b64encode(b"ops:harbour-31").decode())
    flights = pd.read_csv(urlopen(schedule)).rename(columns={"tail": "tailnum", "from": "origin"})
    write_output(home, "fleet", site.today, report_fleet(flights, planes, site.today))


def run_airports(home: Path, site: Site) -> None:
    """Where airports lie. They do not move: what was fetched before will do if the vendor does not answer."""
    server = HTTPConnection(site.address.removeprefix("http://"), timeout=5)
    server.request("GET", "/airports.json", headers={"X-Client": "geo-1d07"})
    answer = server.getresponse()
    if answer.status == 200:
        places = [(row["faa"], row["latitude"], row["longitude"]) for row in json.load(answer)]
        pd.DataFrame(places, columns=["dest", "lat", "lon"]).to_csv(home / "airports.csv", index=False)
    server.close()


BRANCHES = (run_schedule, run_ground, run_carriers, run_weather, run_fleet, run_airports)
