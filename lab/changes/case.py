"""A system's code in a patched copy, to be tested and measured in one state after another."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lab.changes.patch_blocks import Tree
from lab.changes.situation import Situation
from lab.sandbox.installations import copy_installation
from lab.sandbox.sandbox import Sandbox, SandboxError

CONTRACT = "lab/changes/test_contract.py"


@dataclass(frozen=True)
class Case:
    """A ``system`` whose code lies in ``folder`` of the ``copy``, for one request.

    ``meant``: features that the request means to change; ``steps``: the folder with the outputs of the replay's steps.
    """

    system: str
    folder: str
    copy: Path
    steps: Path
    meant: tuple[str, ...] = field(default=())

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
