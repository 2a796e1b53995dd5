"""What a cut weighs: the memory of a site's processes, pages that are shared counted once, and the bytes of a hop."""

import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psutil

from lab.patterns.parted_site import RunningSite
from parts.several_models.neighbour import HEADERS
from parts.supervisor.program import MEGABYTE
from problem.several_models import DOOR

MARGIN = 1.25


class Held(NamedTuple):
    """MB of a process: its own, and what it may share with others (libraries)."""

    own: float
    shared: float


def read_held(site: RunningSite) -> dict[str, Held]:
    """By part."""
    held = {}
    for name, process in site.supervisor.processes.items():
        seen = psutil.Process(process.pid).memory_full_info()
        held[name] = Held(seen.uss / MEGABYTE, (seen.rss - seen.uss) / MEGABYTE)
    return held


def add_up(held: Mapping[str, Held]) -> float:
    """MB of processes side by side: what is their own, and the largest share of what they have in common."""
    return sum(each.own for each in held.values()) + max(each.shared for each in held.values())


def take_first(held: Mapping[str, Held], names: Sequence[str]) -> dict[str, Held]:
    """What a site with these models only would hold, of one with a process each."""
    return {name: each for name, each in held.items() if name == DOOR or name in names}


def find_size(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """By arithmetic: of how many MB a model has to be for the cut to cost less than ``MARGIN`` in memory, at the
    largest number of models; each process holds what it did, and its models grow. None if it costs less as it is."""
    row = max(rows, key=lambda each: each["models"])
    extra = row["cut"] - MARGIN * row["one"]
    return extra / ((MARGIN - 1) * row["models"]) if extra > 0 else None


class Counting(http.client.HTTPConnection):
    """A connection that counts what it sends."""

    sent = 0

    def send(self, data: Any) -> None:
        """See ``HTTPConnection``."""
        self.sent += len(data)
        super().send(data)


def count_bytes(url: str, body: Mapping[str, Any]) -> dict[str, int]:
    """Bytes of a question to a part and of its answer, there and back, with headers and without."""
    place, written = urlsplit(url), json.dumps(dict(body))
    connection = Counting(place.hostname or "", place.port, timeout=60)
    connection.request("POST", "/predict", written, HEADERS)
    answer = connection.getresponse()
    head = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
    head += sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())
    content = answer.read()
    connection.close()
    return {"whole": connection.sent + head + len(content), "bodies": len(written) + len(content)}
