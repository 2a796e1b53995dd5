"""What the files of a service come to: the way from a caller to a process, and how the place asks for its health."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Broken(ValueError):
    """Files that do not lead from a caller to a process."""


class Probe(NamedTuple):
    """How the place asks whether the service is well: an address on it, or a command to run beside it."""

    name: str
    port: int = 0
    path: str = ""
    command: tuple[str, ...] = ()


class Declared(NamedTuple):
    """``port``: where callers are sent; ``grace``: seconds from the request to stop until it is killed."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int
    probes: tuple[Probe, ...]
    grace: float


def pick_row(rows: list[dict[str, Any]], key: str, value: Any) -> dict[str, Any]:
    """The first that has this value; raises ``Broken``."""
    for row in rows:
        if row[key] == value:
            return row
    raise Broken(f"none has {key} {value}")


def resolve_port(port: str | int, ports: Mapping[str, int]) -> int:
    """A port by its name or number; raises ``Broken`` for a name that is not among ``ports``."""
    if isinstance(port, str) and port not in ports:
        raise Broken(f"no port of the container is called {port}")
    return ports[port] if isinstance(port, str) else port


def read_http_probes(container: Mapping[str, Any], ports: Mapping[str, int]) -> Iterator[Probe]:
    """The probes by HTTP of a container, ports by name among ``ports``."""
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        if asked := container.get(name, {}).get("httpGet"):
            yield Probe(name, resolve_port(asked["port"], ports), asked["path"])
