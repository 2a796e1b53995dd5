"""A folder of fitted models: one file a version, and a small file that names the one in force."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib

IN_FORCE = "in_force"


class NoModel(LookupError):
    """No model is in force, or its file is missing or damaged: the message says which and what to do."""


@dataclass(frozen=True)
class ModelFolder:
    """Models under ``home``. Files are written whole or not at all, and never written over: a version is put once."""

    home: Path

    def put(self, version: str, model: Any) -> None:
        """Keep a fitted model without letting it answer; raises ``FileExistsError`` for a version that is there."""
        self.home.mkdir(parents=True, exist_ok=True)
        file = self._file(version)
        if file.exists():
            raise FileExistsError(f"{file} is there already: a version is put once")
        part = file.with_suffix(".part")
        joblib.dump(model, part)
        file.with_suffix(".sha256").write_text(_digest(part))
        part.replace(file)

    def release(self, version: str) -> None:
        """Let a version answer from now on; raises ``NoModel`` for one that is not there, the old one goes on then."""
        self.load(version)
        part = self.home / f"{IN_FORCE}.part"
        part.write_text(version)
        part.replace(self.home / IN_FORCE)

    def find_in_force(self) -> str:
        """The version that answers; "" before the first release."""
        named = self.home / IN_FORCE
        return named.read_text() if named.exists() else ""

    def load(self, version: str = "") -> Any:
        """The fitted model of a version, by default of the one in force; raises ``NoModel``."""
        version = version or self.find_in_force()
        file = self._file(version)
        if not version or not file.exists():
            raise NoModel(f"no model {version or 'is in force'} in {self.home}: train one and release it")
        if _digest(file) != file.with_suffix(".sha256").read_text():
            raise NoModel(f"{file} is damaged (its digest differs): release another version, or train again")
        return joblib.load(file)

    def _file(self, version: str) -> Path:
        return self.home / f"{version}.joblib"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
