"""Prometheus as a process on 127.0.0.1: what it knows of its rules, and when they would have rung."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from parts.image_registry.registry import HOST, find_free_port
from parts.prometheus.promtool import PROGRAMS, NoPrometheus, demand_programs

PATIENCE = 30.0
"""Seconds after which a server that does not answer is given up."""
FOR_EVER = "100y"
DAY = 86_400.0


class Alert(NamedTuple):
    """A rule as the server has read it: its ``group``, ``name``, expression (``query``) and ``labels``."""

    group: str
    name: str
    query: str
    labels: Mapping[str, str]


class Rung(NamedTuple):
    """``labels`` of a series for which an expression held, ``at`` an instant (seconds of Unix time)."""

    labels: Mapping[str, str]
    at: float


class Prometheus(NamedTuple):
    """A server that answers under ``url``."""

    url: str

    def list_alerts(self) -> list[Alert]:
        """All rules of alerts that it has loaded."""
        groups = self._ask("rules", type="alert")["groups"]
        return [
            Alert(group["name"], rule["name"], rule["query"], rule["labels"])
            for group in groups
            for rule in group["rules"]
        ]

    def list_firing(self) -> set[str]:
        """The names of the alerts that fire now."""
        alerts = self._ask("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def evaluate(self, query: str, first: float, last: float, step: float = DAY) -> list[Rung]:
        """When an expression held, looked at every ``step`` seconds between two instants: as a rule without ``for``."""
        found = self._ask("query_range", query=query, start=first, end=last, step=step)["result"]
        return [Rung(series["metric"], float(at)) for series in found for at, _ in series["values"]]

    def _ask(self, what: str, **asked: Any) -> Any:
        told = httpx.get(f"{self.url}/api/v1/{what}", params=asked, timeout=PATIENCE).json()
        if told["status"] != "success":
            raise ValueError(f"{what}: {told['error']}")
        return told["data"]


@contextmanager
def start_prometheus(
    home: Path, rules: Sequence[Path], targets: Sequence[str] = (), every: str = "1h"
) -> Iterator[Prometheus]:
    """A server over the database in ``home / "data"``, on a free port; it ends with the block.

    ``targets``: addresses (host and port) that are asked for their metrics, and rules looked at, ``every`` so often.
    Raises ``NoPrometheus``.
    """
    demand_programs()
    home.mkdir(parents=True, exist_ok=True)
    address = f"{HOST}:{find_free_port()}"
    (home / "config.yml").write_text(json.dumps(_configure(rules, targets, every)))  # JSON is YAML
    command = [PROGRAMS[0], f"--config.file={home / 'config.yml'}", f"--storage.tsdb.path={home / 'data'}"]
    command += [f"--storage.tsdb.retention.time={FOR_EVER}", f"--web.listen-address={address}"]
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_until_ready(f"http://{address}", process, home / "log")
        yield Prometheus(f"http://{address}")
    finally:
        process.terminate()
        process.wait()


def _configure(rules: Sequence[Path], targets: Sequence[str], every: str) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": [str(file.resolve()) for file in rules],
        "scrape_configs": [{"job_name": "watch", "static_configs": [{"targets": [*targets]}]}] if targets else [],
    }


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/-/ready", timeout=PATIENCE).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise NoPrometheus(f"Prometheus does not start: see {log}")
