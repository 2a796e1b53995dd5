"""Fill an installation of one variant, read from it, and say how the values compare with the embedded engine's.

``python -m reference.systems.fti.adapters.engines spark --until 2013-03-01``

Variants: redis, spark, spark_redis, workers.
"""

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from rich.console import Console

from problem.facts import load_facts
from problem.questions import questions, scheduled_between
from problem.world import World
from reference.systems.fti.adapters.engines.local_redis import NoServer, redis_server
from reference.systems.fti.adapters.engines.system import NAMES, System, variant
from reference.systems.fti.system import System as Embedded

HISTORY = pd.Timedelta(days=31)
QUESTIONS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m reference.systems.fti.adapters.engines", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("variant", choices=NAMES)
    parser.add_argument("--until", default="2013-03-01", help="New York midnight up to which features are made")
    parser.add_argument("--redis", help="host:port of a Redis server (default: one of its own, gone afterwards)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    until = pd.Timestamp(options.until, tz="America/New_York").tz_convert("UTC")
    try:
        with server(options.variant, options.redis) as redis, TemporaryDirectory() as folder:
            sys.exit(compared(options.variant, Path(folder), redis, until, Console()))
    except NoServer as error:
        sys.exit(str(error))


@contextmanager
def server(name: str, redis: str | None) -> Iterator[str]:
    """The address of the server that was named, or of a new one if the variant needs any."""
    if redis or "redis" not in name:
        yield redis or ""
    else:
        with redis_server() as address:
            yield address


def compared(name: str, folder: Path, redis: str, until: pd.Timestamp, console: Console) -> int:
    """Fill both, ask both; 0 if all values are equal, else 1."""
    facts = load_facts().known_between(until - HISTORY, until)
    systems = {"embedded": Embedded(folder / "embedded"), name: System(folder / name, variant(name, folder, redis))}
    for which, system in systems.items():
        with console.status(f"{which}: making features of {HISTORY.days} days"):
            system.wake(World(facts, until))
            system.store.flush()
    asked = scheduled_between(questions(load_facts(), "real_time"), until - HISTORY / 2, until).head(QUESTIONS)
    console.print(f"{name} against embedded, {len(asked):,} questions:")
    past = [system.store.read_history(asked) for system in systems.values()]
    latest = [system.store.read_online(keys(asked)) for system in systems.values()]
    equal = {"history": past[0].equals(past[1]), "online": latest[0] == latest[1]}
    for what, same in equal.items():
        console.print(f"  {what:8} {'equal values' if same else 'VALUES DIFFER'}")
    return 0 if all(equal.values()) else 1


def keys(asked: pd.DataFrame) -> list[dict[str, str]]:
    return asked[["carrier", "origin", "dest", "tailnum"]].fillna("").to_dict("records")


if __name__ == "__main__":
    main()
