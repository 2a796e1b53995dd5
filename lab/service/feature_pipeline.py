"""The feature pipeline as a process of its own: ``python -m lab.service.feature_pipeline``.

The facts are of 2013, so the clock is the caller's: up to an instant, or on and on, ``--step`` of their time every
``--every`` seconds of ours.
"""

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

from lab.engine.command import run_guarded
from lab.service.service_installation import find_installation
from problem.facts import Facts, load_facts
from problem.world import World
from reference.systems.fti import features
from reference.systems.fti.stores import FeatureStore


def main(arguments: list[str] | None = None) -> int:
    """Refresh what is due; exit status 0, 2 for what the reader can mend, 130 if it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.service.feature_pipeline", description=__doc__)
    parser.add_argument("--home", type=Path, help="an installation of FTI (.study/service/fti)")
    parser.add_argument("--until", type=pd.Timestamp, help="refresh once, up to this instant (with its offset)")
    parser.add_argument("--step", type=pd.Timedelta, default=pd.Timedelta("15min"), help="how far each refresh goes on")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two refreshes")
    options = parser.parse_args(arguments)
    return run_guarded("pipeline", lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Bring the store up to one instant, or on and on."""
    store, facts = FeatureStore((options.home or find_installation("fti")) / "features"), load_facts()
    if options.until is not None:
        refresh(store, facts, options.until)
        return 0
    now = max(store.refreshed.values())
    while True:
        began = time.monotonic()
        now += options.step
        refresh(store, facts, now)
        time.sleep(max(0.0, options.every - (time.monotonic() - began)))


def refresh(store: FeatureStore, facts: Facts, now: pd.Timestamp) -> None:
    """Every view that is due at the instant, online and in the history, then one line of what is reached."""
    began = time.monotonic()
    features.refresh(store, World(facts, now).warehouse, now)
    store.flush()
    print(f"refreshed up to {now.isoformat()} in {time.monotonic() - began:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
