"""Run every command of the runbook on a copy of this folder, and say which is no longer true.

Every night, and before a change goes out; on a copy and at a port of its own, so that no command can hurt.

    python -m reference.operation.owned_system.run_runbook
"""

import os
import shutil
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from parts.tested_page.page import Step, read_page, run_page

PAGE, NAME = Path("RUNBOOK.md"), "run_runbook"


def list_steps(text: str) -> list[Step]:
    """All commands of the page but the one that runs it."""
    return [step for step in read_page(text) if NAME not in step.command]


def main() -> int:
    """See above."""
    steps = list_steps(PAGE.read_text())
    with TemporaryDirectory() as folder:
        home = Path(shutil.copytree(Path(), Path(folder) / "copy"))
        wrong = [ran for ran in run_page(steps, home, os.environ | {"PORT": find_port()}) if not ran.fits]
    for ran in wrong:
        print(f"{ran.step.heading} {ran.step.command!r} ends with {ran.status} and says {ran.output.strip()[-200:]!r}")
    print(f"{len(steps) - len(wrong)} of {len(steps)} commands do what the page says")
    return 1 if wrong else 0


def find_port() -> str:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
