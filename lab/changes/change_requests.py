"""The change requests that are replayed, and where their texts, tests and patches lie."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "requests"


@dataclass(frozen=True)
class ChangeRequest:
    """``id`` as in PREDICTIONS.md; ``root``: the folder of all requests."""

    id: str
    title: str
    root: Path = FOLDER

    @property
    def folder(self) -> Path:
        """Its text, its test, what it changes on neutral ground (``problem.patch``), and one patch per system."""
        return self.root / f"C{int(self.id[1:]):02}"

    @property
    def text(self) -> Path:
        """What its sender wrote."""
        return self.folder / "REQUEST.md"

    @property
    def meant(self) -> tuple[str, ...]:
        """The old features that it means to change, rename or remove, as its text says."""
        return tuple(re.findall(r"^Means to change: `(\w+)`\.$", self.text.read_text(), flags=re.MULTILINE))

    def patch(self, system: str) -> Path:
        """A system's patch; the file need not exist: a system that meets the request already needs none."""
        return self.folder / f"{system}.patch"

    def beaten(self, system: str) -> Path:
        """Where a reader puts a smaller one."""
        return self.folder / f"{system}.yours.patch"

    def cannot(self, system: str) -> Path:
        """Why a system cannot meet it, in words; ``test_cannot.py`` then proves it."""
        return self.folder / f"{system}.cannot.md"


REQUESTS = (
    ChangeRequest("C1", "add a stored feature"),
    ChangeRequest("C2", "a window of 7 days, not 24 hours"),
    ChangeRequest("C3", "add a request-time feature"),
    ChangeRequest("C4", "one more model on features that are there"),
    ChangeRequest("C5", "a model of its own on features of its own"),
    ChangeRequest("C6", "replace the learner"),
    ChangeRequest("C7", "batch must also answer in real time"),
    ChangeRequest("C8", "real time must also score tomorrow's schedule"),
    ChangeRequest("C9", "the source renames a column"),
    ChangeRequest("C10", "fix a definition everywhere"),
    ChangeRequest("C11", "remove a feature cleanly"),
    ChangeRequest("C12", "features on two workers, then on Spark"),
    ChangeRequest("C13", "two models side by side"),
    ChangeRequest("C14", "roll back a model and its features"),
    ChangeRequest("C15", "the nightly demand forecast"),
)
BY_ID = {request.id: request for request in REQUESTS}
