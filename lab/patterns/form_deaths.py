"""Workers are killed at random moments while they answer what was accepted: what is lost, and what is handled twice.

A moment is a count of answers, drawn by a seed, and no time: so it falls while there is work, however fast.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.form_sites import LEASE, run_workers, tell
from parts.model_service.question import FlightQuestion
from parts.queue.queues import ANSWERED, ASIDE, WAITING, Letter, Queue, open_queue
from parts.supervisor.supervisor import Supervisor
from problem.ask_or_queue import NAME, Cost, CostlyModel, Site
from problem.monday import read_model

WORKERS, IN_HAND = 2, 1
"""Processes that answer, and how many messages each has in hand at most."""
LOOK, PATIENCE = 0.02, 120.0
"""Seconds between two looks at the queue, and until it is given up."""
CALM = 0.6
"""Share of the answers within which workers are killed: what they had in hand is given out before the end."""


class Deaths(NamedTuple):
    """``lost``: neither answered nor set aside; ``twice``: given to workers more than once, at most ``stated`` times.

    ``wrong``: answers that are not the model's; ``seconds``: until nothing waited.
    """

    accepted: int
    answered: int
    wrong: int
    set_aside: int
    lost: int
    twice: int
    stated: int
    seconds: float


class Plan(NamedTuple):
    """``lease`` in seconds; ``seed`` draws the moments."""

    kills: int = 5
    lease: float = LEASE
    seed: int = 0


def kill_workers(
    site: Site, where: str, models: Path, folder: Path, questions: Sequence[Mapping[str, Any]], plan: Plan
) -> Deaths:
    """Accept all questions, kill workers while they are answered, and count. ``where``: an empty queue."""
    queue = open_queue(where)
    accept(queue, questions)
    began = time.monotonic()
    with run_workers(site, tell(models, folder, QUEUE=where, LEASE=str(plan.lease)), WORKERS) as workers:
        kill_at_moments(queue, workers, draw_moments(len(questions), plan), plan.seed)
        wait_until_empty(queue)
    seconds = time.monotonic() - began
    found = count_fates(queue, models, questions, plan.kills)
    queue.close()
    return found._replace(seconds=seconds)


def accept(queue: Queue, questions: Sequence[Mapping[str, Any]]) -> None:
    """Put them, with their number as ticket."""
    queue.put([Letter(str(number), json.dumps(question)) for number, question in enumerate(questions)])


def draw_moments(count: int, plan: Plan) -> list[int]:
    """After how many answers a worker is killed, in order."""
    random = np.random.default_rng(plan.seed)
    return sorted(random.choice(np.arange(1, int(count * CALM)), plan.kills, replace=False).tolist())


def kill_at_moments(queue: Queue, workers: Supervisor, moments: Sequence[int], seed: int) -> None:
    """Kill one of the workers each time; raises ``TimeoutError``."""
    random, names = np.random.default_rng(seed), sorted(workers.processes)
    for moment in moments:
        wait_until(queue, partial(_has_answered, moment))
        workers.kill(names[int(random.integers(len(names)))])


def _has_answered(moment: int, counts: Mapping[str, int]) -> bool:
    return counts[ANSWERED] >= moment


def wait_until_empty(queue: Queue) -> None:
    """Until nothing waits; raises ``TimeoutError``."""
    wait_until(queue, lambda counts: counts[WAITING] == 0)


def wait_until(queue: Queue, is_so: Callable[[Mapping[str, int]], bool], patience: float = PATIENCE) -> None:
    """Until the queue's counts are so; raises ``TimeoutError``."""
    until = time.monotonic() + patience
    while not is_so(counts := queue.count()):
        if time.monotonic() > until:
            raise TimeoutError(f"after {patience:g} s the queue has {counts}")
        time.sleep(LOOK)


def count_fates(queue: Queue, models: Path, questions: Sequence[Mapping[str, Any]], kills: int) -> Deaths:
    """What has become of each question; an answer is right if the model says so here, too."""
    model = CostlyModel(read_model(models, NAME), Cost())
    answered = {each.ticket: each for each in queue.list_messages(ANSWERED)}
    aside = {each.ticket for each in queue.list_messages(ASIDE)}
    rows = [FlightQuestion.model_validate_json(each.body).request() for each in answered.values()]
    right = map(json.dumps, model.answer(rows))
    return Deaths(
        accepted=len(questions),
        answered=len(answered),
        wrong=sum(each.answer != told for each, told in zip(answered.values(), right, strict=True)),
        set_aside=len(aside),
        lost=sum(str(number) not in answered and str(number) not in aside for number in range(len(questions))),
        twice=sum(each.tries > 1 for each in answered.values()),
        stated=kills * IN_HAND,
        seconds=0.0,
    )
