"""Declared data edges are real: take away what a reader and a writer meet in, and the reader fails."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lab.systems import find_system, list_core, open_system
from problem.contract import TARGETS, System, requests
from problem.fixture import frozen
from problem.world import World

pytestmark = pytest.mark.slow

MONOLITH, MODULAR, SPLIT, SHARED, FTI = (find_system(name).package for name in list_core())
MODES = {name: find_system(name).modes[-1] for name in list_core()}


class Trained:
    """A system trained on a slice of the gate's fixture; opened anew for every read, as another process would."""

    def __init__(self, name: str, facts: object, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.fixture = frozen(facts, MODES[name])  # type: ignore[arg-type]
        self.asked = self.fixture.serving.head(5)
        self.now = self.asked["asked_at"].iloc[0]
        system = self.open()
        system.wake(World(self.fixture.facts, self.now))
        for target in TARGETS:
            system.train(self.fixture.facts.known_at(self.now), self.fixture.training.head(500), target)

    def open(self) -> System:
        return open_system(self.name, self.folder)

    def look_up(self) -> pd.DataFrame:
        return pd.DataFrame(self.open().look_up(World(self.fixture.facts, self.now), requests(self.asked)))

    def recall(self) -> pd.DataFrame:
        return self.open().recall(self.asked.assign(mode="batch"))  # type: ignore[attr-defined]

    def training_features(self) -> pd.DataFrame:
        return self.open().training_features(self.fixture.facts, self.asked)

    def predict(self) -> pd.DataFrame:
        return self.open().predict(self.vectors)

    def remember(self) -> None:
        self.vectors = self.look_up()


READERS: dict[tuple[str, str], tuple[str, str, str]] = {
    (f"{MONOLITH}.system.System.predict", f"{MONOLITH}.system.run"): ("monolith", "*.joblib", "predict"),
    (f"{SPLIT}.online.load_models", f"{SPLIT}.offline.train"): ("split", "*.joblib", "predict"),
    (f"{MODULAR}.models.load", f"{MODULAR}.models.keep"): ("modular_monolith", "*.joblib", "predict"),
    (f"{SHARED}.online.load_models", f"{SHARED}.offline.train"): ("shared_split", "*.joblib", "predict"),
    (f"{FTI}.training.training_features", f"{FTI}.features.refresh"): (
        "fti",
        "features/history/*",
        "training_features",
    ),
    (f"{FTI}.inference.batch_vectors", f"{FTI}.features.refresh"): ("fti", "features/history/*", "recall"),
    (f"{FTI}.inference.online_vector", f"{FTI}.features.refresh"): ("fti", "features/online.db*", "look_up"),
    (f"{FTI}.inference._predict", f"{FTI}.training.train"): ("fti", "registry/models", "predict"),
}
"""Per edge: the system, what the two meet in, and what reads it."""


def test_every_declared_edge_is_put_to_the_test():
    assert set(READERS) == {edge for name in list_core() for edge in find_system(name).data_edges}


@pytest.fixture(scope="module")
def trained(facts, tmp_path_factory) -> Callable[[str], Trained]:
    made = {name: Trained(name, facts, tmp_path_factory.mktemp(name) / "home") for name in list_core()}
    for system in made.values():
        system.remember()
    return made.__getitem__


@pytest.mark.parametrize("edge", READERS, ids=lambda edge: " ".join(name.split(".", 2)[2] for name in edge))
def test_without_what_it_reads_a_reader_fails_or_knows_nothing(edge, trained, tmp_path):
    name, meets_in, reads = READERS[edge]
    before = getattr(trained(name), reads)()
    shutil.copytree(trained(name).folder, tmp_path / "kept")
    taken = list(trained(name).folder.glob(meets_in))
    assert taken
    for path in taken:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    try:
        after = getattr(trained(name), reads)()
    except Exception:
        after = None
    finally:
        shutil.rmtree(trained(name).folder)
        shutil.copytree(tmp_path / "kept", trained(name).folder)
    if after is not None:
        known = ["origin_dep_delay_2h", "temp", "aircraft_seats"]
        assert before[known].notna().to_numpy().any()
        assert after[known].isna().to_numpy().all()
    pd.testing.assert_frame_equal(getattr(trained(name), reads)(), before)
