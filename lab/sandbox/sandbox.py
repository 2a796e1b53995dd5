"""Runs code of a copy: each call in a child process with the libraries of this one and our packages from the copy."""

import os
import pickle
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from lab.engine.isolation import Send, run_isolated
from lab.sandbox.patched_copy import CODE

CPU_SECONDS = 240.0
"""After so many a call counts as hanging; most take less than ten."""


class SandboxError(RuntimeError):
    """A call that gave nothing back; the text says what it died of."""


@dataclass(frozen=True)
class Sandbox:
    """A copy of the code (``patched_copy``) to call into."""

    copy: Path

    def call(self, function: str, cpu_seconds: float = CPU_SECONDS, **arguments: Any) -> Any:
        """What ``module:function`` of the copy returns for these arguments.

        Both ways values are pickled. Raises ``SandboxError`` with the traceback if it fails, or the reason if it ends
        early.
        """
        module, _, name = function.partition(":")
        pickled = pickle.dumps(arguments)  # in the child they become objects of the copy's classes
        return self.run(lambda: getattr(import_module(module), name)(**pickle.loads(pickled)), cpu_seconds)

    def run(self, work: Callable[[], Any], cpu_seconds: float = CPU_SECONDS) -> Any:
        """What ``work`` returns in such a child; what it imports there comes from the copy. Raises as ``call`` does."""

        def task(send: Send) -> None:
            enter(self.copy)
            try:
                send((True, work()))
            except Exception:  # a result that cannot be pickled is one too
                send((False, traceback.format_exc()))

        ((_, results, early_end),) = run_isolated([task], cpu_seconds, at_once=1)
        came_back, result = results[0] if results else (False, early_end or "it ended without a result")
        if not came_back or early_end:
            raise SandboxError(early_end or result)
        return result


def enter(copy: Path) -> None:
    """In a child: from now on our packages are imported from the copy, even those that were imported before."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in CODE]:
        del sys.modules[name]
