"""Whoever follows a flag store: it looks every so many seconds, and keeps what it heard last.

While the store is down or says what cannot be read, what was heard last holds. A process that starts meanwhile reads a
copy on its own disk, if it was given a place for one; without one it knows nothing, and that is what it tells.
"""

import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from parts.answer_rules.rule_text import BadRules, Rules, read_rules
from problem.behaviour import State

PATIENCE = 1.0
"""Seconds that the store is given to answer."""


class Follower:
    """Follows ``url``, a look each ``every`` seconds; ``take`` is handed rules that differ from those before.

    ``copy``: a file for what was heard last; None for no such place.
    """

    def __init__(self, url: str, every: float, take: Callable[[Rules], None], copy: Path | None = None) -> None:
        self._url, self._every, self._take, self._copy = url, every, take, copy
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._text, self._version, self._trouble = b"", 0, "it has not looked yet"
        self._heard: float | None = None

    def start(self) -> None:
        """Look once, and go on in a thread."""
        self.look()
        if not self._version and self._copy and self._copy.exists():
            self._follow_text(self._copy.read_bytes(), "its own copy")
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()

    def tell(self) -> State:
        """What it knows, and since when; of a copy nobody knows how old it is."""
        age = None if self._heard is None else time.monotonic() - self._heard
        return State(self._version, age, self._trouble)

    def look(self) -> None:
        """Ask the store; what goes wrong is kept for whoever asks, and what was heard last goes on."""
        try:
            with urlopen(self._url, timeout=PATIENCE) as answer:
                text = answer.read()
        except (OSError, HTTPException, ValueError) as error:
            self._trouble = f"the store does not answer ({type(error).__name__})"
            return
        if self._follow_text(text, "the store"):
            self._heard, self._trouble = time.monotonic(), self._keep(text)

    def _follow_text(self, text: bytes, said_by: str) -> bool:
        if text != self._text:
            try:
                rules = read_rules(text)
            except BadRules as error:
                self._trouble = f"{said_by} has no rules that can be followed: {error}"
                return False
            self._take(rules)
            self._text, self._version = text, rules.version
        return True

    def _keep(self, text: bytes) -> str:
        """Why there is no copy of it on the disk, where there should be one; "" if all is well."""
        if not self._copy:
            return ""
        try:
            if not self._copy.exists() or self._copy.read_bytes() != text:
                part = self._copy.with_suffix(".part")
                part.write_bytes(text)
                part.replace(self._copy)
        except OSError as error:
            return f"no copy can be kept ({type(error).__name__})"
        return ""

    def _follow(self) -> None:
        while not self._over.wait(self._every):
            self.look()
