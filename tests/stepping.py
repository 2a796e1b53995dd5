"""Steps of the replay, each in a process forked from one that has loaded the libraries."""

from pathlib import Path

from lab.engine.preloaded_workers import ENDED, Warm
from lab.engine.workspace import REPOSITORY

ELSEWHERE = REPOSITORY / "tests" / "work_elsewhere.py"


def worked(warm: Warm, requests: Path, job: str, name: str, steps: Path) -> None:
    """One step of the replay, with the requests of another folder."""
    folder = steps / (name if job == "replay" else f"{job}-{name}".rstrip("-"))
    folder.mkdir(parents=True, exist_ok=True)
    worker = warm.start([str(ELSEWHERE), str(requests), job, name, str(folder), str(steps)])
    with worker.said as said:
        words = said.read()
    assert words.split()[-2:] == [ENDED, "0"], words
