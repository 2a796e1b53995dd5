"""A model that takes long to answer: what a caller sends and holds in the end, and what a deployment consists of.

A question brings all features along. Whoever asks gets an answer at ``POST /predict`` that says whether it is final;
one that is not comes with an id, under which ``GET /answers/ID`` has the final answer as soon as there is one. In the
end every caller holds what the big model says.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from problem.contract import CATEGORIES, FEATURES

FAST, BIG = "fast", "big"
"""Folders of models below ``MODELS``: one that answers at once, and the best that there is."""
NUMBERS = tuple(name for name in FEATURES if name not in CATEGORIES)
Row = Mapping[str, Any]
"""``FEATURES`` of a flight; None where a number is not known."""


class Deployment(Protocol):
    """The door of a side: a package that says which modules run, as a process each.

    The first one answers. The place tells all of them where to listen (``HOST``, ``PORT``), where models are
    (``MODELS``), which file questions may be kept in (``DESK``), and perhaps to which address final answers that
    come later are to be sent (``PUSH_TO``).
    """

    PROCESSES: tuple[str, ...]
