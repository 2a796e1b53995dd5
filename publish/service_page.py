"""Writes a call of the service, and its real answer, into docs/service.md: ``python -m publish.service_page``."""

import json
import sys
import tempfile
from pathlib import Path
from textwrap import wrap
from typing import Any

from fastapi.testclient import TestClient

from lab.engine.command import run_guarded
from lab.engine.workspace import REPOSITORY
from lab.service.__main__ import curl
from lab.service.service_doors import desk_of
from lab.service.service_installation import renew_installation
from parts.service_shell.app import create_app
from parts.service_shell.example_request import make_example
from problem.questions import CUT_OFF
from publish.readme_scorecard import renew_between

PAGE = REPOSITORY / "docs" / "service.md"
MARK = "<!-- generated: service -->"
WIDTH = 118


def main() -> int:
    """Ask, write; exit status 0, or 2 if there is nothing to ask."""
    return run_guarded("readme", write)


def write() -> int:
    """Renew the part of the page."""
    body = make_example(CUT_OFF)
    command, answer = curl("localhost", 8000, body), json.dumps(answered(body))
    said = "\n".join(wrap(answer, WIDTH, break_long_words=False, break_on_hyphens=False))
    renew_between(MARK, f"```console\n$ {command}\n{said}\n```", PAGE)
    return 0


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """What FTI's service answers on a fresh copy of what the study trained."""
    with tempfile.TemporaryDirectory() as folder:
        home = renew_installation("fti", Path(folder) / "fti")
        with TestClient(create_app(desk_of("fti", home), body)) as service:
            return dict(service.post("/predict", json=body).raise_for_status().json())


if __name__ == "__main__":
    sys.exit(main())
