"""The systems that can be put behind the shell. The libraries of each are loaded for it alone."""

from pathlib import Path

import pandas as pd

from parts.service_shell.answer_log import AnswerLog
from parts.service_shell.answering import PredictionService
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Predictor
from problem.facts import load_facts
from problem.questions import CUT_OFF
from problem.world import World


def open_service(system: str, home: Path, degrade: bool = True, until: pd.Timestamp = CUT_OFF) -> PredictionService:
    """A system (``installation.SYSTEMS``) installed in ``home``, with a log and metrics of its own.

    ``degrade``: FTI answers from nulls where stored features cannot be had. ``until``: so far the split reads its
    stream.
    """
    metrics = Metrics()
    return PredictionService(
        _predictor(system, home, metrics, degrade, until), AnswerLog(home / "answers", metrics.lost.inc), metrics
    )


def _predictor(system: str, home: Path, metrics: Metrics, degrade: bool, until: pd.Timestamp) -> Predictor:
    if system == "split":
        from antipatterns.systems.split.adapters.split_service import SplitPredictor

        return SplitPredictor(home, metrics, World(load_facts(), until))
    from reference.systems.fti.adapters.fti_service import FtiPredictor

    return FtiPredictor(home, metrics, degrade)
