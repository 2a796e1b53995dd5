"""The model's process: it works on one question at a time, in the order of coming, and whoever asks waits.

It is not told when a front has given up, so it works on for callers who have gone.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from parts.model_service.described_service import Answerer
from parts.model_service.shell import serve
from parts.several_models import models_service
from problem.rush import EVERYBODY


def open_in_turn(models: Path) -> Answerer:
    """What answers, in a running event loop that has one thread for it; raises ``NoModel``."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    return models_service.open_models(models)


SERVICE = replace(models_service.SERVICE, name="model", open_model=open_in_turn, at_once=EVERYBODY)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
