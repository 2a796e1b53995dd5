"""One life of a system in the small world, in a child process: with its own code, or with one file's text changed."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import FrameType

import pandas as pd

from lab.engine.isolation import Send
from lab.sandbox.changed_module import ChangedModule, forget_package
from lab.study.steps.small_world import SmallWorld
from measure.code.effect import Outcome
from problem.contract import FEATURES, KEYS, System
from problem.replay import look_ups

TICK = pd.Timedelta(days=7)
"""Between questions no clock wakes the systems: a job makes up for what it missed, and a tick costs FTI 0.1 s."""
FIRST_LETTERS = 200
Outcomes = dict[str, Outcome]
"""One side's outcome, by mode."""
Asked = dict[str, pd.DataFrame]
"""Questions, by mode."""


@dataclass(frozen=True)
class Life:
    """Where a system's code is, how it is opened, the world it lives in and the folder it may write to."""

    code: Path
    package: str
    opened: Callable[[Path], System]
    world: SmallWorld
    folder: Path

    def with_change(self, file: str, text: str) -> Callable[[Send], None]:
        """A task: live with this text in the place of the file's, and tell both sides' outcomes."""
        module = ".".join([self.package, *Path(file).with_suffix("").parts]).removesuffix(".__init__")

        def task(send: Send) -> None:
            sys.meta_path.insert(0, ChangedModule(module, self.code / file, text))
            self.live(send)

        return task

    def unchanged(self, send: Send) -> None:
        """A task: live as written, and tell besides which functions were entered and which modules loaded."""
        entered: set[tuple[str, int]] = set()

        def note(frame: FrameType, *_: object) -> None:
            if frame.f_code.co_filename.startswith(str(self.code)):
                entered.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        threading.settrace(note)
        sys.settrace(note)
        self.live(send)
        sys.settrace(None)
        send(("entered", {(str(Path(file).relative_to(self.code)), line) for file, line in entered}))
        send(("modules", [name for name in sys.modules if not f"{name}.".startswith(f"{self.package}.")]))

    def live(self, send: Send) -> None:
        """Serve the questions, then ask the training path for them; a failure of one mode is not one of the other."""
        forget_package(self.package)
        modes = list(self.world.asked["mode"].unique())
        serving, training = self._with(modes)
        if any(outcome.failure for outcome in serving.values()) and len(serving) > 1:
            for mode in list(serving):
                for side, alone in zip((serving, training), self._with([mode]), strict=True):
                    side |= alone
        send(("serving", serving))
        send(("training", training))

    def _with(self, modes: list[str]) -> tuple[Outcomes, Outcomes]:
        """Both sides' outcomes for the questions of some modes, in an installation of its own."""
        home = Path(mkdtemp(dir=self.folder))
        try:
            system = self.opened(home)
        except Exception as error:
            failed = dict.fromkeys(modes, Outcome(None, _describe_error(error, home)))
            return failed, dict(failed)
        asked: Asked = {mode: self._asked(mode) for mode in modes if mode in system.modes}
        served = self._served(system, asked, home)
        trained: Outcomes = {mode: self._trained(system, rows, home) for mode, rows in asked.items()}
        rmtree(home)
        return served, trained

    def _asked(self, mode: str) -> pd.DataFrame:
        return self.world.asked[self.world.asked["mode"] == mode].reset_index(drop=True)

    def _served(self, system: System, asked: Asked, home: Path) -> Outcomes:
        questions = pd.concat(asked.values()).sort_values(["asked_at", "flight_id"], ignore_index=True)
        try:
            vectors = pd.concat(look_ups(system, self.world.facts, questions, TICK))
        except Exception as error:
            return dict.fromkeys(asked, Outcome(None, _describe_error(error, home)))
        return {mode: Outcome(vectors.loc[vectors["mode"] == mode, [*KEYS, *FEATURES]]) for mode in asked}

    def _trained(self, system: System, asked: pd.DataFrame, home: Path) -> Outcome:
        try:
            return Outcome(system.training_features(self.world.facts, asked))
        except Exception as error:
            return Outcome(None, _describe_error(error, home))


def _describe_error(error: Exception, home: Path) -> str:
    """What an exception says, the same in every run."""
    text = f"{type(error).__name__}: {error}".replace(str(home), "home")
    return " ".join(text.split())[:FIRST_LETTERS]
