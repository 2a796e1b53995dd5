"""Questions at a fixed rate, each with its first and its final answer: how long a caller waits for either."""

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import aiohttp
import numpy as np
from numpy.typing import NDArray

from lab.load.endpoint import Endpoint
from lab.load.load_result import NO_ANSWER, NO_CONNECTION, OK
from lab.load.loops import open_loop
from lab.patterns.later_answers import Listener
from lab.patterns.staged_services import Deployed
from problem.too_big import Row

PATIENCE = 20.0
"""Seconds after which a second answer counts as lost."""
NEAR = 1e-9
"""A row among others is added up in another order than by itself."""
Waits = NDArray[np.float64]


class Asking(Endpoint):
    """Asks, and keeps of each question by its number when it was sent and what was answered."""

    def __init__(self, url: str, bodies: Sequence[bytes]) -> None:
        super().__init__(f"{url}/predict", bodies)
        self.told: dict[int, tuple[float, dict[str, Any]]] = {}

    async def status(self, session: aiohttp.ClientSession, number: int) -> int:
        """See ``Endpoint``."""
        sent = time.perf_counter()
        try:
            async with session.post(self.url, data=self.bodies[number % len(self.bodies)]) as answer:
                self.told[number] = sent, json.loads(await answer.read())
                return answer.status
        except TimeoutError:
            return NO_ANSWER
        except aiohttp.ClientError:
            return NO_CONNECTION


class Cell(NamedTuple):
    """One run. By question, seconds until the ``first`` and the ``final`` answer (infinite: none); ``lost``: final
    answers that were promised and did not come; ``wrong``: such as are not the model's; ``cpu``: seconds of the
    services; ``lag``: milliseconds by which the generator was late."""

    first: Waits
    final: Waits
    lost: int
    wrong: int
    cpu: float
    lag: float


def make_bodies(rows: Sequence[Row]) -> list[bytes]:
    """Questions about these flights."""
    return [json.dumps({"flight_id": number, **row}).encode() for number, row in enumerate(rows)]


def run_cell(
    deployed: Deployed, listener: Listener, bodies: Sequence[bytes], right: Sequence[float], rate: float, seconds: float
) -> Cell:
    """Ask so many a second for so long, and wait until all promised answers are there.

    ``right``: by body, what the big model says of it.
    """
    asking, before = Asking(deployed.url, bodies), deployed.measure_cpu()
    run = open_loop(asking, rate, seconds)
    promised = {number: of["answer_id"] for number, (_, of) in asking.told.items() if of.get("answer_id")}
    lost = listener.wait_for([*promised.values()], PATIENCE)
    first = np.where(run.statuses == OK, run.latencies / 1000, np.inf)
    final, said = find_final(asking, listener, first, run.sent - run.due)
    wrong = sum(abs(risk - right[number % len(bodies)]) > NEAR for number, risk in said.items())
    return Cell(first, final, len(lost), wrong, deployed.measure_cpu() - before, run.lag)


def find_final(asking: Asking, listener: Listener, first: Waits, late: Waits) -> tuple[Waits, dict[int, float]]:
    """By question, seconds from when it was due until its final answer; and by number, what that answer says."""
    final, said = np.full(len(first), np.inf), {}
    for number, (sent, told) in asking.told.items():
        if told.get("final"):
            final[number], said[number] = first[number], told["prediction"]
        elif (answer_id := told.get("answer_id")) in listener.came:
            came, said[number] = listener.came[answer_id]
            final[number] = came - sent + late[number]
    return final, said
