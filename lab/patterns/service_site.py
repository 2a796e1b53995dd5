"""Services in folders, each started as a process of its own and held to the suite."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from lab.engine.workspace import REPOSITORY
from lab.patterns.declared_way import Declared
from lab.patterns.monday_models import Wanted
from lab.patterns.serving_suite import find_faults

AT_ONCE = 3
COMMAND = ("python", "-P", "-m", "service")
"""-P: what lies in the repository is found after what the service brings along."""
PORT, GRACE = 8080, 10.0
"""The port that is declared and moved to a free one; seconds from the request to stop until it is killed."""
Faults = dict[str, str]
Key = TypeVar("Key")


class Standing(NamedTuple):
    """A service in its ``folder``; ``libraries``: where its modules are looked for next, before the repository."""

    folder: Path
    wanted: Wanted
    libraries: tuple[Path, ...] = ()


def declare(standing: Standing) -> Declared:
    """How the service is started: all that it is told comes from the environment."""
    path = ":".join(map(str, (standing.folder, *standing.libraries, REPOSITORY)))
    environment = {"PORT": str(PORT), "HOST": "127.0.0.1", "MODELS": "/srv/models", "PYTHONPATH": path}
    return Declared(COMMAND, environment, PORT, (), GRACE)


def try_services(standing: Mapping[Key, Standing], root: Path) -> dict[Key, Faults]:
    """By service, what the suite finds; equal code is tried once. ``root``: holds the folder of models."""
    code = {name: read_code(each) for name, each in standing.items()}
    once = {text: standing[name] for name, text in reversed(code.items())}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tried = pool.map(lambda each: find_faults(declare(each), root, each.wanted), once.values())
        found = dict(zip(once, tried, strict=True))
    return {name: found[text] for name, text in code.items()}


def read_code(standing: Standing) -> str:
    """All that a service runs of its own, and what it is held to, as one text."""
    own = sorted(standing.folder.rglob("*.py"))
    parts = [f"{file.relative_to(standing.folder)}\n{file.read_text()}" for file in own]
    return "\n".join([*parts, *map(str, standing.libraries), repr(standing.wanted)])


def count_faults(faults: Faults) -> int:
    """How many checks found something; of a service that does not start, there is but one."""
    return sum(map(bool, faults.values()))
