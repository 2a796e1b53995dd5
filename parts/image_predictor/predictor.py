"""Answers whether a flight is late, from one model file; needs NumPy and nothing else of the machine's packages.

``python predictor.py MODEL PORT VERSION``, on 127.0.0.1. ``GET /ready`` says which version answers, ``POST /predict``
takes a flight, ``POST /reload`` another model file: one that cannot be read is refused, and the old one goes on.
"""

import json
import math
import sys
import zipfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

CONTRACT = "1"
"""Which vector this code makes. Whoever changes ``make_vector`` counts it up; a model is made for one of them."""
PARTS = ("column", "threshold", "below", "above")
"""A model is a sum of steps: by step, the column it looks at, where it turns, and what it adds on either side."""


class CannotRead(RuntimeError):
    """A model file that is missing or damaged: one line that says what to do."""


def make_vector(flight: Mapping[str, Any]) -> np.ndarray:
    """What the model sees of a flight: local hour, weekday, month, miles."""
    return np.array([flight["local_hour"], flight["weekday"], flight["month"], flight["distance"]], float)


def read_model(file: Path) -> dict[str, np.ndarray]:
    """``PARTS`` and ``bias``, of an archive of arrays or of a text with a step a line; raises ``CannotRead``."""
    try:
        if file.suffix == ".npz":
            with np.load(file) as archive:
                return {name: archive[name] for name in archive.files}
        first, *lines = file.read_text().splitlines()
        steps = np.array([line.split() for line in lines], float).T
        return {"bias": np.array(float(first))} | dict(zip(PARTS, steps, strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CannotRead(f"{file.name} cannot be read ({error}): copy it again, or take another version") from error


def predict(model: Mapping[str, np.ndarray], vector: np.ndarray) -> float:
    """The probability that the flight is late; raises ``IndexError`` for a model that looks at a further column."""
    seen = vector[model["column"].astype(int)]
    margin = float(model["bias"]) + float(np.where(seen <= model["threshold"], model["below"], model["above"]).sum())
    return 1 / (1 + math.exp(-margin))


class Answering(BaseHTTPRequestHandler):
    """One server, one model in force: ``held`` has ``model`` and ``version``."""

    protocol_version = "HTTP/1.1"
    held: dict[str, Any]

    def do_GET(self) -> None:
        """Only asked when there is a model: a server without one does not start."""
        self.answer(200, {"version": self.held["version"], "packages": str(Path(np.__file__).parents[1])})

    def do_POST(self) -> None:
        """A flight, or a model."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            if self.path == "/reload":
                self.held.update(model=read_model(Path(body["file"])), version=body["version"])
                self.answer(200, {"version": body["version"]})
            else:
                self.answer(200, {"late": predict(self.held["model"], make_vector(body))})
        except (CannotRead, LookupError) as error:
            self.answer(500, {"detail": str(error)})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        """One JSON body."""
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: what is measured is not writing lines."""


class Server(ThreadingHTTPServer):
    """A thread a caller."""

    daemon_threads, request_queue_size = True, 128


def main(file: str, port: str, version: str) -> None:
    """Answer until the process is ended; ends at once, with one line, if the model cannot be read."""
    try:
        Answering.held = {"model": read_model(Path(file)), "version": version}
    except CannotRead as error:
        raise SystemExit(str(error)) from error
    Server(("127.0.0.1", int(port)), Answering).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
