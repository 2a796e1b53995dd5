"""One cell of the table: what came out of one request on one system."""

from dataclasses import dataclass, field
from typing import Any

OUTCOMES = ("patched", "already", "cannot", "refused")
MET = ("patched", "already")
"""Outcomes of a request that the system meets in the end."""


@dataclass
class Cell:
    """What came out. ``outcome``: one of ``OUTCOMES``; ``why``: the reason, where nothing was accepted.

    ``by``: ours or yours; ``dropped``: blocks of code that the machine found superfluous, in so many ``runs``;
    ``ships``: deployables that ship again, by closure of files and by trace of functions; ``rewritten``: stored rows;
    ``reuse``: of the lines run in training and serving, the share that was there before; ``skew``: what is left of it.
    """

    request: str
    system: str
    outcome: str
    why: str = ""
    by: str = ""
    files: int = 0
    functions: int = 0
    hunks: int = 0
    nodes: int = 0
    dropped: int = 0
    runs: int = 0
    ships: dict[str, list[str]] = field(default_factory=lambda: {"closure": [], "trace": []})
    rewritten: int = 0
    reuse: float = 1.0
    skew: dict[str, Any] = field(default_factory=dict)
    patch: str = ""
