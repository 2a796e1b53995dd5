"""Answers from two models in folders and from what a request itself says; nothing is stored anywhere."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from parts.model_export.pipeline_scoring import open_pipeline
from parts.model_folder.model_folder import ModelFolder, NoModel
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import Champion, Look, NotAnswered
from problem.contract import AGES, KEYS, STORED, TARGETS, Request
from problem.questions import CUT_OFF, NEW_YORK


class FolderPredictor:
    """See ``parts.service_shell.predictor``. ``models`` holds a folder of models for each of ``TARGETS``."""

    system = "deployed_service"

    def __init__(self, models: Path, metrics: Metrics) -> None:
        self._folders = [ModelFolder(models / target) for target in TARGETS]
        self._metrics = metrics
        self._champion: Champion | None = None

    def start(self) -> None:
        """Load both models; without them the service is alive and answers nothing, until it is started again."""
        try:
            late, delay = self._folders
            versions = f"late/{late.find_in_force()}", f"delay/{delay.find_in_force()}"
            self._champion = Champion(open_pipeline(late.load()), versions[0], open_pipeline(delay.load()), versions[1])
        except NoModel as error:
            self._why = str(error)
        else:
            self._metrics.in_force(self._champion.versions)

    def close(self) -> None:
        """Nothing was begun."""

    def newest(self) -> datetime:
        """Requests are taken from the day of the cut-off on."""
        return CUT_OFF.to_pydatetime()

    def look_up(self, request: Request) -> Look:
        """See ``Predictor``."""
        local = request.scheduled_at.tz_convert(NEW_YORK)
        features = {name: getattr(request, name) for name in ("carrier", "origin", "dest", "distance")} | {
            "local_hour": local.hour,
            "weekday": local.weekday(),
            "minutes_to_departure": (request.scheduled_at - request.asked_at) / pd.Timedelta(minutes=1),
        }
        asked = {name: getattr(request, name) for name in (*KEYS, "mode")}
        return Look(asked | dict.fromkeys((*STORED, *AGES)) | features, fetched=0.0)

    def champion(self) -> Champion:
        """See ``Predictor``."""
        if self._champion is None:
            raise NotAnswered(self._why)
        return self._champion
