"""How every main program of this repository begins and ends."""

import signal
import sys
from collections.abc import Callable

from rich.console import Console

from lab.engine.workspace import StudyError


def run_guarded(name: str, work: Callable[[], int]) -> int:
    """The work's exit status; 2 with one line for what the reader can mend, 130 if it was stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a request to end is treated like Ctrl-C
    try:
        return work()
    except StudyError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{name}: stopped; run it again to go on from here", file=sys.stderr)
        return 130


def open_console(width: int) -> Console:
    """The terminal, or a console of ``width`` columns where there is no terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=width)
