"""Six systems of other people on this machine's loopback, each with an address, a form and a credential of its own."""

import gzip
import json
import os
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pandas as pd

from lab.patterns.source_systems import CREDENTIALS, LATE, NEW, REFUSED, RENAMED, RENAMES, Change, Delivery
from problem.nightly import Site, next_day

PAGE = 2_000
NO_CHANGE = Change()
FORK = get_context("fork")
PLACES = {
    "/schedule.csv": "schedule",
    "/departures": "departures",
    "/landings": "landings",
    "/weather.csv": "weather",
    "/fleet": "planes",
    "/airports.json": "airports",
}
"""How the path of a request begins, and whose it is."""


class Systems(NamedTuple):
    """What the six hold when ``today`` has ended, and what they held a day before."""

    today: str
    now: Delivery
    before: Delivery


@contextmanager
def serve(systems: Systems, change: Change = NO_CHANGE, wait: float = 0.0) -> Iterator[Site]:
    """Put the six on the network, in a process that ends with this one; each answer takes ``wait`` seconds or more."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(_Answers(systems, change), wait))
    server.daemon_threads, server.timeout = True, 1.0
    process = FORK.Process(target=_answer_while, args=(server, os.getpid()), daemon=True)
    process.start()
    port = server.server_address[1]
    server.socket.close()
    try:
        yield Site(f"http://127.0.0.1:{port}", systems.today)
    finally:
        process.kill()
        process.join()


def _answer_while(server: ThreadingHTTPServer, parent: int) -> None:
    while os.getppid() == parent:
        server.handle_request()


class _Answers:
    """What is answered to whom."""

    def __init__(self, systems: Systems, change: Change) -> None:
        self.change, self.asked_first = change, 0.0
        self.held = {True: systems.now, False: systems.before}
        self.told: dict[tuple[str, bool], Any] = {}
        self.credentials = CREDENTIALS | (
            {change.source: CREDENTIALS[change.source] + NEW} if change.kind == REFUSED else {}
        )
        self.days = {True: systems.today, False: next_day(systems.today, -1)}

    def tell(self, name: str, fresh: bool) -> Any:
        """A delivery as it is sent: bytes, or by page its bytes."""
        if (name, fresh) not in self.told:
            self.told[name, fresh] = FORMS[name](self._rename(name, self.held[fresh][name]))
        return self.told[name, fresh]

    def _rename(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        changes = self.change == self.change._replace(source=name, kind=RENAMED)
        return table.rename(columns=dict([RENAMES[name]])) if changes else table

    def is_fresh(self, name: str) -> bool:
        """Whether today's delivery of a source is there yet."""
        if self.change.source != name or self.change.kind != LATE:
            return True
        self.asked_first = self.asked_first or time.monotonic()
        return time.monotonic() - self.asked_first >= self.change.arrives


def _make_handler(answers: _Answers, wait: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(wait)
            url = urlsplit(self.path)
            name = next((name for place, name in PLACES.items() if url.path.startswith(place)), "")
            if not name or _read_credential(name, self) != answers.credentials[name]:
                self.send_error(401 if name else 404)
                return
            fresh = answers.is_fresh(name)
            body = answers.tell(name, fresh)
            body = body[int(parse_qs(url.query)["page"][0])] if isinstance(body, Mapping) else body
            with suppress(ConnectionError):  # a caller that was killed while it waited
                self._send(body, answers.days[fresh])

        def _send(self, body: bytes, day: str) -> None:
            self.send_response(200)
            made = datetime.fromisoformat(day).replace(hour=23, tzinfo=UTC)
            self.send_header("Last-Modified", format_datetime(made, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: requests are many, and nobody reads."""

    return Handler


def _read_credential(name: str, request: BaseHTTPRequestHandler) -> str:
    """What a request offers as its credential, "" if nothing that can be read."""
    headers, url = request.headers, urlsplit(request.path)
    offered = headers.get("Authorization", "").rpartition(" ")[2]
    if name == "schedule":
        return b64decode(offered).decode()
    if name == "departures":
        return offered
    if name == "weather":
        return parse_qs(url.query).get("key", [""])[0]
    if name == "planes":
        return url.path.rpartition("/")[2].removesuffix(".csv.gz")
    return headers.get({"landings": "X-Api-Key", "airports": "X-Client"}[name], "")


def _tell_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


def _tell_pages(table: pd.DataFrame) -> dict[int, bytes]:
    count = 1 + (len(table) - 1) // PAGE
    cut = {page: table.iloc[(page - 1) * PAGE : page * PAGE].to_dict("records") for page in range(1, count + 1)}
    return {
        page: json.dumps({"rows": rows, "next": page + 1 if page < count else None}).encode()
        for page, rows in cut.items()
    }


FORMS: Mapping[str, Callable[[pd.DataFrame], Any]] = {
    "schedule": _tell_csv,
    "departures": lambda table: table.to_json(orient="records", lines=True).encode(),
    "landings": _tell_pages,
    "weather": _tell_csv,
    "planes": lambda table: gzip.compress(_tell_csv(table), mtime=0),
    "airports": lambda table: table.to_json(orient="records").encode(),
}
