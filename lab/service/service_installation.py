"""The systems that can be put behind the shell, and where each keeps its own.

That is a copy of what the study trained, so that the study's results stay as they are.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from lab.engine.workspace import StudyError, study_folder
from lab.sandbox.installations import copy_installation
from lab.systems import open_system
from parts.service_shell.answer_log import AnswerLog
from parts.service_shell.answering import PredictionService
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Predictor
from problem.facts import load_facts
from problem.questions import CUT_OFF
from problem.world import World

SYSTEMS = ("fti", "split")
"""Those that answer when asked."""


def find_installation(system: str) -> Path:
    """The service's folder (``.study/service/SYSTEM``), made from the study's at the first call.

    Raises ``StudyError`` if the study has not trained the system yet.
    """
    home = study_folder() / "service" / system
    made = home.with_name(f"{system}.made")
    if not made.exists():
        read_while_written(renew_installation(system, home))
        made.touch()
    return home


def renew_installation(system: str, home: Path) -> Path:
    """A fresh copy of what the study trained, in ``home``; raises ``StudyError`` if there is nothing to copy."""
    trained = study_folder() / "steps" / f"train-{system}" / "home"
    if not trained.exists():
        raise StudyError(f"{system} is not trained yet: run `make study` first")
    shutil.rmtree(home, ignore_errors=True)
    # Opened once, before several processes do that: it tells Feast of the new place.
    open_system(system, copy_installation(trained, home))
    return home


def read_while_written(home: Path) -> Path:
    """Let SQLite keep changes in a log beside an online store's file, as long as nobody has it open.

    Else an answer waits while the feature pipeline puts a view on the disk, on a slow one past its deadline.
    """
    for file in home.glob("features/online.db"):
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode=WAL")
    return home


def open_service(system: str, home: Path, degrade: bool = True, until: pd.Timestamp = CUT_OFF) -> PredictionService:
    """A system (one of ``SYSTEMS``) installed in ``home``, with a log and metrics of its own.

    ``degrade``: FTI answers from nulls where stored features cannot be had. ``until``: so far the split reads its
    stream. The libraries of each are loaded for it alone.
    """
    metrics = Metrics()
    predictor: Predictor
    if system == "split":
        from antipatterns.systems.split.adapters.split_service import SplitPredictor

        predictor = SplitPredictor(home, metrics, World(load_facts(), until))
    else:
        from reference.systems.fti.adapters.fti_service import FtiPredictor

        predictor = FtiPredictor(home, metrics, degrade)
    return PredictionService(predictor, AnswerLog(home / "answers", metrics.lost.inc), metrics)
