"""Callers in a process of their own, beside others: ``python -m lab.patterns.form_travellers URL BODIES RATE SECONDS``.

It says that it is ready, begins at a line on its standard input, and writes what it saw as JSON. A generator that is
busy with a burst would be late with them, and they would seem to wait.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.engine.workspace import REPOSITORY
from lab.load.endpoint import Endpoint
from lab.load.loops import open_loop
from lab.patterns.form_sites import run_module, surround
from lab.patterns.form_waits import GIVE_UP, describe, is_taken

READY = "ready"


class Travellers:
    """A process of callers; ``begin`` once, then ``read``."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def begin(self) -> None:
        """Let them ask."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """What they saw, once all have been answered or gave up."""
        seen: dict[str, Any] = json.loads(self._process.communicate()[0])
        return seen


@contextmanager
def bring_travellers(url: str, bodies: Path, rate: float, seconds: float) -> Iterator[Travellers]:
    """Travellers who are ready to ask."""
    command = [*run_module("lab.patterns.form_travellers"), url, str(bodies), str(rate), str(seconds)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=surround({}), cwd=REPOSITORY, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == READY
            yield Travellers(process)
        finally:
            process.kill()


def main() -> None:
    """See the module."""
    url, bodies, rate, seconds = sys.argv[1:]
    endpoint = Endpoint(url, Path(bodies).read_bytes().splitlines(), timeout=GIVE_UP)
    print(READY, flush=True)
    sys.stdin.readline()
    result = open_loop(endpoint, float(rate), float(seconds))
    print(json.dumps(describe(result.latencies, is_taken(result)) | {"asked": len(result.due), "lag": result.lag}))


if __name__ == "__main__":
    main()
