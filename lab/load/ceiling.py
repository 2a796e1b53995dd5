"""What the generator can do at most: beyond this rate it would measure itself."""

from dataclasses import dataclass

from lab.load.closed_loop import closed_loop
from lab.load.endpoint import Endpoint
from lab.load.served_system import uvicorn

WORKERS = 8
REQUESTS = 4000


@dataclass(frozen=True)
class Ceiling:
    """``rate``: answers a second that the generator got from a service that does nothing; ``cpu_ms``: its own CPU time
    for each of them, in milliseconds.
    """

    rate: float
    cpu_ms: float

    def __str__(self) -> str:
        return (
            f"generator: {self.rate:,.0f} answers a second from a service that does nothing, "
            f"{self.cpu_ms:.2f} ms of its own CPU time a request"
        )


def ceiling(body: bytes = b"{}", requests: int = REQUESTS) -> Ceiling:
    """Ask a service that does nothing, in a process of its own, as fast as ``WORKERS`` callers can."""
    with uvicorn("lab.load.noop_app:app") as url:
        endpoint = Endpoint(url + "/", [body])
        closed_loop(endpoint, WORKERS, requests // 10)  # connections, caches
        run = closed_loop(endpoint, WORKERS, requests)
    return Ceiling(run.answered, 1000 * run.cpu / requests)
