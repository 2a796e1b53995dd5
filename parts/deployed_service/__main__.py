"""Starts the service: ``python -m parts.deployed_service``. Everything it is told comes from the environment.

``PORT`` and ``HOST`` to listen on, ``MODELS`` and ``ANSWERS``: folders to read models from and to log answers to. It
ends when it is asked to (SIGTERM), once the requests under way are answered, and with status 2 for a setting that
is missing.
"""

import os
import sys
from pathlib import Path

import uvicorn

from parts.deployed_service.example_request import EXAMPLE
from parts.deployed_service.folder_predictor import FolderPredictor
from parts.service_shell.answer_log import AnswerLog
from parts.service_shell.answering import PredictionService
from parts.service_shell.app import create_app
from parts.service_shell.metrics import Metrics

SETTINGS = ("PORT", "HOST", "MODELS", "ANSWERS")


def main() -> int:
    """Serve until stopped."""
    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        print(f"deployed_service: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    port, host, models, answers = (os.environ[name] for name in SETTINGS)
    metrics = Metrics()
    predictor = FolderPredictor(Path(models), metrics)
    service = PredictionService(predictor, AnswerLog(Path(answers), metrics.lost.inc), metrics)
    uvicorn.run(create_app(service, EXAMPLE), host=host, port=int(port), log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
