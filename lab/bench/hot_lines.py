"""Where FTI's own time goes when it answers: the functions that took most of it, found by cProfile in this process.

HTTP, the log and the thread that guards the store are left out: a profile follows one thread.
"""

import cProfile
import io
import json
import pstats
from collections.abc import Sequence
from pathlib import Path

from parts.service_shell.flight import Flight
from parts.service_shell.predictor import Champion
from problem.contract import Request
from reference.systems.fti.adapters.champions import Champions
from reference.systems.fti.inference import online_vector
from reference.systems.fti.system import System

LINES = 10


def hot_lines(home: Path, questions: Sequence[bytes]) -> list[str]:
    """The ten functions that took most time of their own, in ms an answer, one line each."""
    system = System(home)
    champions = Champions(system.registry)
    champions.look()
    asked = [Flight(**json.loads(question)).request() for question in questions]
    _answer(system, champions.now(), asked[0])  # connections, caches
    profile = cProfile.Profile()
    with profile:
        for request in asked:
            _answer(system, champions.now(), request)
    return _lines(profile, len(asked))


def _answer(system: System, champion: Champion, request: Request) -> tuple[float, float]:
    vector = online_vector(system.store, request)
    return champion.late.score(vector), champion.delay.score(vector)


def _lines(profile: cProfile.Profile, answers: int) -> list[str]:
    stats = pstats.Stats(profile, stream=io.StringIO())
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:LINES]  # type: ignore[attr-defined]
    return [
        f"{1000 * own / answers:7.3f} ms own, {1000 * total / answers:7.3f} ms with what it calls  {_where(function)}"
        for function, (_, _, own, total, _) in rows
    ]


def _where(function: tuple[str, int, str]) -> str:
    file, number, name = function
    return name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{number} {name}"
