"""The device is a browser: page, runtime and model come once, and answer from then on without a network."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.model_export.published_graph import MODEL, publish_graph
from problem.on_the_device import Answered, Page, Place, make_bodies

PAGE = Path(__file__).parent / "page"
KEEPER, VERSION = "keeper.js", "VERSION"
"""What keeps the files in the browser, and the word in it that stands for the version of what is kept."""


def publish(model: Pipeline, sample: pd.DataFrame, home: Path) -> None:
    """See ``problem.on_the_device``: graph and page, under a version of their own, so that browsers fetch them anew."""
    publish_graph(model, sample, home)
    shutil.copytree(PAGE, home, dirs_exist_ok=True)
    version = hashlib.sha256((home / MODEL).read_bytes()).hexdigest()[:12]
    keeper = home / KEEPER
    keeper.write_text(keeper.read_text().replace(VERSION, version))


@contextmanager
def open_device(home: Path, place: Place) -> Iterator["Device"]:
    """See the contract."""
    if not (home / MODEL).exists():
        raise LookupError(f"no model was published in {home}: publish one")
    with place.visit(home) as page:
        yield Device(page)


class Device:
    """A page that answers."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def answer(self, vectors: pd.DataFrame) -> Answered:
        """See the contract."""
        risk, seconds = self.page.ask(make_bodies(vectors))
        return Answered(np.array(risk), seconds)
