"""What does not fit into the study, made anew where the code has changed, and recorded.

``make deep`` runs the long steps of the study. ``make records`` runs these and all else that is recorded: the two small
arms, the choice of the learner's settings, change requests, debt and evolution, and the failure matrix. Each goes on
where it stopped.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from lab.changes.__main__ import replay_all, take_debt
from lab.changes.change_requests import REQUESTS
from lab.engine.bytecode import demand_bytecode
from lab.engine.command import run_guarded
from lab.faults.__main__ import hit_all
from lab.study.deep_records import run_deep
from lab.study.learner_choice import run_choice
from lab.systems import list_core

PARTS: dict[str, Callable[[], int]] = {
    "study": lambda: run_timed(arms=False),  # first, as some of it refuses a machine that has just been busy
    "arms": lambda: run_timed(arms=True),
    "learner": run_choice,
    "changes": lambda: replay_all([request.id for request in REQUESTS], list_core(), keep=True),
    "debt": lambda: take_debt(keep=True),
    "faults": lambda: hit_all(list_core(), keep=True),
}


def run_timed(arms: bool) -> int:
    """See ``run_deep``; raises ``StudyError`` as well where compiled code is not kept."""
    demand_bytecode()
    return run_deep(arms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run parts; exit status 0, the first other one, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.deep", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part; by default all")
    only = parser.parse_args(arguments).only
    for name in [only] if only else PARTS:
        print(f"{name}:", flush=True)
        if status := run_guarded(name, PARTS[name]):
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
