"""A system's code in a patched copy, to be tested and measured in one state after another."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from lab.changes.change_requests import BY_ID, REQUESTS, ChangeRequest
from lab.changes.operation import Operation
from lab.changes.patch_blocks import Tree, read_tree
from lab.changes.replay_dataset import read_dataset
from lab.sandbox.installations import copy_installation
from lab.sandbox.patched_copy import apply_patch, patched_copy
from lab.sandbox.sandbox import Sandbox, SandboxError
from lab.systems import find_system

BEFORE = "before"
"""The state that no request has touched."""


@dataclass(frozen=True)
class Situation:
    """``home``: an installation of the ``system``; ``ground`` and ``base``: what the steps of these names left.

    ``meant``: features that the request means to change. The code around is that of the copy.
    """

    system: str
    home: Path
    ground: Path
    base: Path
    meant: tuple[str, ...] = ()

    @property
    def code(self) -> Path:
        """The folder of the system's code, below the copy, in which the call works."""
        return Path(find_system(self.system).folder)

    def operate(self) -> Operation:
        """The installation, with the code around in the place of the old."""
        return Operation(self.system, self.home, read_dataset(self.ground))

    def read_before(self) -> dict[str, Any]:
        """What was there before the request.

        ``modes``; ``training``: its features for the questions, by mode; ``then``: its answers to them, by the models
        of that time; ``versioned``: modules with a version, their text.
        """
        modes = json.loads((self.base / "modes.json").read_text())
        training = {mode: pd.read_parquet(self.base / f"{mode}.parquet") for mode in modes}
        versioned = json.loads((self.base / "versioned.json").read_text())
        then = pd.read_parquet(self.base / "then.parquet")
        return {"modes": modes, "training": training, "versioned": versioned, "then": then}


@dataclass(frozen=True)
class Case:
    """A ``system`` whose code lies in ``folder`` of the ``copy``, for one request.

    ``meant``: features that the request means to change; ``steps``: the folder with the outputs of the replay's steps.
    """

    system: str
    folder: str
    copy: Path
    steps: Path
    meant: tuple[str, ...] = ()

    @property
    def base(self) -> Path:
        """What the step left that put the system into operation."""
        return self.steps / f"base-{self.system}"

    def rewrite(self, tree: Tree) -> None:
        """Make the copy hold this state of the system."""
        shutil.rmtree(self.copy / self.folder)
        for file, text in tree.items():
            (self.copy / file).parent.mkdir(parents=True, exist_ok=True)
            (self.copy / file).write_text(text)

    def find_failure(self, tree: Tree, tests: tuple[str, ...]) -> str:
        """The first test that fails on this state, and why; empty if all pass."""
        self.rewrite(tree)
        try:
            return str(self.call("lab.changes.acceptance:run_tests", tests=tests))
        except SandboxError as error:
            return str(error).strip().splitlines()[-1]

    def call(self, function: str, **arguments: Any) -> Any:
        """What ``module:function`` of the copy returns for its ``situation``, an installation of its own, and more.

        Raises ``SandboxError`` as ``Sandbox.call`` does.
        """
        with TemporaryDirectory(prefix="installation-") as folder:
            home = copy_installation(self.base / "home", Path(folder) / "home")
            situation = Situation(self.system, home, self.steps / "ground", self.base, self.meant)
            return Sandbox(self.copy).call(function, situation=situation, **arguments)


@dataclass(frozen=True)
class Patched:
    """The copy, as a ``Case``; the system's files before and after the request's patch (ours, as accepted)."""

    case: Case
    before: Tree
    after: Tree


def list_states(system: str) -> list[str]:
    """``BEFORE``, and the requests that a system can meet."""
    return [BEFORE, *(request.id for request in REQUESTS if not request.cannot(system).exists())]


def list_patched(system: str) -> list[str]:
    """The requests for which the system has a patch; the others it meets already, or cannot."""
    return [request.id for request in REQUESTS if request.patch(system).exists()]


@contextmanager
def open_case(request: ChangeRequest | None, system: str, steps: Path) -> Iterator[Case]:
    """A copy of the code in which neutral ground has changed as the request says, and the system has not."""
    change = [request.folder / "problem.patch"] if request else []
    with patched_copy(file for file in change if file.exists()) as copy:
        yield Case(system, find_system(system).folder, copy, steps, request.meant if request else ())


@contextmanager
def patch_system(state: str, system: str, steps: Path) -> Iterator[Patched]:
    """A system after a request, or ``BEFORE`` any."""
    request = BY_ID.get(state)
    with open_case(request, system, steps) as case:
        before = read_tree(case.copy, case.folder)
        if request and request.patch(system).exists():
            apply_patch(request.patch(system), case.copy)
        yield Patched(case, before, read_tree(case.copy, case.folder))
