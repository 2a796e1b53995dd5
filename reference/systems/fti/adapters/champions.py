"""The champions that answer: looked for again and again, swapped between two requests, never in the middle of one."""

import logging
import threading
from collections.abc import Callable

from parts.model_export.graph_scoring import open_graph
from parts.service_shell.predictor import Champion, NotAnswered
from problem.contract import Mode
from reference.systems.fti.adapters.served_models import ServedRegistry

Found = tuple[bytes, str]
"""A model as a graph, and its version."""
EVERY = 1.0
"""Seconds between two looks at the registry."""
LOG = logging.getLogger(__name__)


class Champions:
    """Follows the alias ``champion`` of both models. What cannot be loaded, or does not fit the stored features, is
    refused: the models before it go on answering.

    ``swapped`` is told the versions of new champions, ``rejected`` is called where one is refused.
    """

    def __init__(
        self,
        registry: ServedRegistry,
        swapped: Callable[[str], None] = lambda _: None,
        rejected: Callable[[], None] = lambda: None,
        mode: Mode = "real_time",
    ) -> None:
        self._registry, self._swapped, self._rejected = registry, swapped, rejected
        self._names = f"late_{mode}", f"delay_{mode}"
        self._now: Champion | None = None
        self._why = "no champion was looked for yet"
        self._stopped = threading.Event()

    def now(self) -> Champion:
        """The champions in force; raises ``NotAnswered`` if there are none."""
        if self._now is None:
            raise NotAnswered(self._why)
        return self._now

    def start(self) -> None:
        """Look, then go on looking in a thread."""
        self.look()
        threading.Thread(target=self._follow, daemon=True, name="champions").start()

    def close(self) -> None:
        """Look no more."""
        self._stopped.set()

    def look(self) -> None:
        """Ask the registry who the champions are; keep those in force if the answer is of no use."""
        try:
            self._take_over(*(self._registry.champion_graph(name) for name in self._names))
        except Exception as error:
            self._refuse(f"no champion can be loaded: {(str(error) or type(error).__name__).splitlines()[0]}")
        else:
            self._why = ""

    def _take_over(self, late: Found, delay: Found) -> None:
        versions = [f"{name}/{version}" for name, (_, version) in zip(self._names, (late, delay), strict=True)]
        if self._now is None or self._now.versions != " ".join(versions):
            self._now = Champion(open_graph(late[0]), versions[0], open_graph(delay[0]), versions[1])
            self._swapped(self._now.versions)

    def _refuse(self, why: str) -> None:
        if why != self._why:  # once, not every second
            LOG.warning(why)
            self._rejected()
        self._why = why

    def _follow(self) -> None:
        seen = None
        while not self._stopped.wait(EVERY):
            changed = self._registry.find_last_change()
            if changed != seen or self._why:  # to ask MLflow takes time that answers would have to wait for
                self.look()
            seen = changed
