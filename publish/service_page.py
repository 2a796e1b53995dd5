"""The call of the service and its answer, on the page that has their marks: a real service is asked."""

import json
import tempfile
from pathlib import Path
from textwrap import wrap
from typing import Any

from fastapi.testclient import TestClient

from lab.service.__main__ import curl
from lab.service.service_installation import open_service, renew_installation
from parts.service_shell.app import create_app
from parts.service_shell.flight import make_example
from problem.questions import CUT_OFF
from publish.marked_parts import find_page, replace_part

NAME = "service"
WIDTH = 118


def render_page() -> dict[Path, str]:
    """The page with today's call and answer; raises ``StudyError`` if there is no study yet."""
    page, body = find_page(NAME), make_example(CUT_OFF)
    command, answer = curl("localhost", 8000, body), json.dumps(ask_service(body))
    said = "\n".join(wrap(answer, WIDTH, break_long_words=False, break_on_hyphens=False))
    return {page: replace_part(page.read_text(), NAME, f"```console\n$ {command}\n{said}\n```")}


def ask_service(body: dict[str, Any]) -> dict[str, Any]:
    """What FTI's service answers on a fresh copy of what the study trained."""
    with tempfile.TemporaryDirectory() as folder:
        home = renew_installation("fti", Path(folder) / "fti")
        with TestClient(create_app(open_service("fti", home), body)) as service:
            return dict(service.post("/predict", json=body).raise_for_status().json())
