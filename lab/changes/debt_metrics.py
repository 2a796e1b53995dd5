"""What the rulers of debt say of one system, as it is before any request or after one."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class State:
    """``request``: its id, or ``before``. ``roles``: nodes by role (``measure.code.roles.ROLES``).

    ``raw``: (file, function, table) of each place that reads raw data. ``ancestors``: by stored feature, at least and
    at most so many functions that its value passes through. ``artefacts``: what an installation keeps. ``flags``: flag
    arguments, of which so many ``branching``. ``dead``: (file, line) that nothing ran, of so many executable ``lines``.
    """

    request: str
    system: str
    roles: dict[str, int] = field(default_factory=dict)
    raw: list[tuple[str, str, str]] = field(default_factory=list)
    ancestors: dict[str, tuple[int, int]] = field(default_factory=dict)
    artefacts: list[str] = field(default_factory=list)
    flags: int = 0
    branching: int = 0
    lines: int = 0
    dead: list[tuple[str, int]] = field(default_factory=list)

    @property
    def glue(self) -> float:
        """Share of nodes that are glue, narrowly."""
        return self.roles["glue"] / sum(self.roles.values())

    @property
    def carrying(self) -> float:
        """Share of nodes that are glue or only pass on."""
        return (self.roles["glue"] + self.roles["passing on"]) / sum(self.roles.values())

    @property
    def raw_sites(self) -> int:
        """Places that read raw data."""
        return len(self.raw)

    @property
    def passed(self) -> float:
        """Functions that the median feature passes through, at least."""
        return median(least for least, _ in self.ancestors.values())

    @property
    def passed_at_most(self) -> float:
        """The same, at most."""
        return median(most for _, most in self.ancestors.values())

    @property
    def stored(self) -> int:
        """Artefacts that an installation keeps."""
        return len(self.artefacts)

    @property
    def dead_share(self) -> float:
        """Share of executable lines that nothing ran; raises ``ZeroDivisionError`` where none were counted."""
        return len(self.dead) / self.lines
