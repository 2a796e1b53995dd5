"""The one way to a source. What each source is like stands in ``sources.toml``; how to treat any of them, here."""

import gzip
import io
import json
import time
import tomllib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pandas as pd

from problem.nightly import Site, next_day

SOURCES: Mapping[str, Mapping[str, Any]] = tomllib.loads((Path(__file__).parent / "sources.toml").read_text())
PAUSES = (0.1, 0.2, 0.4)
"""Seconds before each further attempt; hours at a real site."""
TIMEOUT = 10
REFUSED = (401, 403)


class SourceTrouble(Exception):
    """A source that does not give what it should; the text says what to do."""


class Late(SourceTrouble):
    """It still holds an earlier day."""


def fetch(name: str, site: Site, pauses: Sequence[float] = PAUSES) -> pd.DataFrame:
    """A source's table in our names, fresh enough; raises ``SourceTrouble`` once all attempts have failed."""
    try:
        return _check_columns(name, _read(name, site))
    except (OSError, Late) as error:
        if isinstance(error, HTTPError) and error.code in REFUSED:
            raise SourceTrouble(f"it refuses our credential ({error.code}): renew it in sources.toml") from error
        if not pauses:
            raise SourceTrouble(str(error)) from error
    time.sleep(pauses[0])
    return fetch(name, site, pauses[1:])


def _read(name: str, site: Site) -> pd.DataFrame:
    """The source's table in its own names; raises ``OSError`` and ``Late``."""
    return READERS[SOURCES[name]["form"]](lambda path: _get(name, site, path), SOURCES[name]["path"])


def _get(name: str, site: Site, path: str) -> bytes:
    source = SOURCES[name]
    login = {"Authorization": f"Basic {b64encode(source['basic'].encode()).decode()}"} if "basic" in source else {}
    ask = Request(site.address + path, headers=login | source.get("headers", {}))
    with urlopen(ask, timeout=TIMEOUT) as answer:
        made = str(parsedate_to_datetime(answer.headers["Last-Modified"]).date())
        if made < next_day(site.today, -source["oldest"]):
            raise Late(f"its delivery is of {made}, at most {source['oldest']} days are allowed: ask its owner")
        return bytes(answer.read())


def _check_columns(name: str, table: pd.DataFrame) -> pd.DataFrame:
    named = {theirs: ours for ours, theirs in SOURCES[name]["columns"].items()}
    if gone := [theirs for theirs in named if theirs not in table]:
        new = sorted(set(table) - set(named))
        raise SourceTrouble(f"it has no column {', '.join(gone)} any more (new: {new}): mend sources.toml")
    return table[list(named)].rename(columns=named)


Get = Callable[[str], bytes]


def _read_pages(get: Get, path: str) -> pd.DataFrame:
    base, page = path.removesuffix("1"), 1
    rows: list[dict[str, Any]] = []
    while page:
        answer = json.loads(get(f"{base}{page}"))
        rows, page = rows + answer["rows"], answer["next"]
    return pd.DataFrame(rows)


READERS: Mapping[str, Callable[[Get, str], pd.DataFrame]] = {
    "csv": lambda get, path: pd.read_csv(io.BytesIO(get(path))),
    "packed": lambda get, path: pd.read_csv(io.BytesIO(gzip.decompress(get(path)))),
    "list": lambda get, path: pd.DataFrame(json.loads(get(path))),
    "lines": lambda get, path: pd.DataFrame([json.loads(line) for line in get(path).splitlines()]),
    "pages": _read_pages,
}
