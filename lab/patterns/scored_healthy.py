"""Every system without a fault: what it left and what came of it, which faults that strike later take as it was."""

import pickle
import time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.engine.isolation import Send
from lab.patterns.scored_candidate import Site, learn, make_right, see_as_trained, serve, train, wake
from lab.sandbox.installations import copy_installation


class Healthy(NamedTuple):
    """What came of a run without a fault: ``learn``'s parts, the ``vectors`` served, what the oracle says of some, and
    the features that training sees for the same questions; ``cpu``: seconds of learning, and of answering."""

    learned: list[Any]
    vectors: pd.DataFrame
    right: pd.DataFrame
    as_trained: pd.DataFrame
    cpu: dict[str, float]


def refresh(site: Site, home: Path, send: Send) -> None:
    """A system that has run its jobs up to the hour of training, for every way it is asked."""
    wake(site, home)
    send(True)


def install(site: Site, folder: Path, send: Send) -> None:
    """An installation with models, and beside it what came of it."""
    home = copy_installation(folder / site.system, folder / site.name)
    train(site, home, "delay")  # no check looks at it
    began = time.process_time()
    learned = learn(site, home)
    trained = time.process_time()
    later = copy_installation(home, folder / f"{site.name}, later")
    vectors = serve(site, later, site.facts, site.asked)
    cpu = {"learning": trained - began, "answering": time.process_time() - trained}
    healthy = Healthy(learned, vectors, make_right(site, vectors), see_as_trained(site, later), cpu)
    _beside(home).write_bytes(pickle.dumps(healthy))
    send(True)


def read_healthy(home: Path) -> Healthy:
    """What ``install`` left beside an installation."""
    healthy: Healthy = pickle.loads(_beside(home).read_bytes())
    return healthy


def _beside(home: Path) -> Path:
    return home.with_name(f"{home.name}.pickle")
