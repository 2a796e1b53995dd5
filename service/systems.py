"""The systems that can be put behind the shell. The libraries of each are loaded for it alone."""

from pathlib import Path

import pandas as pd

from problem.facts import load_facts
from problem.questions import CUT_OFF
from problem.world import World
from service.answering import Desk
from service.answers import AnswerLog
from service.metrics import Metrics
from service.predictor import Predictor


def desk_of(system: str, home: Path, degrade: bool = True, until: pd.Timestamp = CUT_OFF) -> Desk:
    """A system (``installation.SYSTEMS``) installed in ``home``, with a log and metrics of its own.

    ``degrade``: FTI answers from nulls where stored features cannot be had. ``until``: so far the split reads its
    stream.
    """
    metrics = Metrics()
    return Desk(
        _predictor(system, home, metrics, degrade, until), AnswerLog(home / "answers", metrics.lost.inc), metrics
    )


def _predictor(system: str, home: Path, metrics: Metrics, degrade: bool, until: pd.Timestamp) -> Predictor:
    if system == "split":
        from service.split import SplitPredictor

        return SplitPredictor(home, metrics, World(load_facts(), until))
    from service.fti import FtiPredictor

    return FtiPredictor(home, metrics, degrade)
