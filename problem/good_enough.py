"""A model that somebody wants to let answer: what is there to look at, and what a check of it is.

A candidate is one run of a system: it was trained twice on the same questions, then it answered others. A check looks
at the candidate and says in a few words what is wrong; "" if nothing is. What could not be made (a training that
failed, answers that never came) raises when it is looked at, so a check that needs it cannot pass.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import pandas as pd
from sklearn.pipeline import Pipeline


class Candidate(Protocol):
    """``learned``: the training table (``KEYS``, ``FEATURES``, ``label``), and ``fitted``: what the model says to it.

    ``again``: what a second training on the same questions says to it. ``answers``: the log (``LOG``) of what was asked
    then, ``late``: whether each of its flights was (0 or 1). ``as_trained``: the features that training sees for these
    questions, in their order, and ``said_as_trained``: what the model says to those. ``repeated``: what the model in
    force says now to the vectors in the log. ``right``: for some of them ``KEYS`` and ``FEATURES`` as they should be at
    the ages that the log states, from another implementation. ``fit`` fits the learner on rows of such a table, as this
    training does. ``words``: what was said while the model was loaded, a
    warning a line. ``looked_at``: when the check is made.
    """

    learned: pd.DataFrame
    fitted: pd.Series
    again: pd.Series
    answers: pd.DataFrame
    late: pd.Series
    as_trained: pd.DataFrame
    said_as_trained: pd.Series
    repeated: pd.Series
    right: pd.DataFrame
    fit: Callable[[pd.DataFrame], Pipeline]
    words: list[str]
    looked_at: pd.Timestamp


Check = Callable[[Candidate], str]


class Item(NamedTuple):
    """One of the rubric's 28 tests. ``check``: the name of what holds it here; "" if nothing does, ``why`` says why."""

    section: str
    title: str
    check: str = ""
    why: str = ""


class Checklist(NamedTuple):
    """A side: its ``checks`` by name, and the rubric's tests, each once."""

    checks: Mapping[str, Check]
    items: Mapping[str, Item]


NOT_LOOKED_AT = "could not be looked at: "
"""How it begins what is said of a candidate that a check could not look at: no finding, unless a run was to stop."""


def look(check: Check, candidate: Candidate) -> str:
    """What a check says of a candidate; of one that it cannot look at, ``NOT_LOOKED_AT`` and the error in one line."""
    try:
        return check(candidate)
    except Exception as error:  # any: a candidate is whatever somebody wants to let out
        return NOT_LOOKED_AT + f"{type(error).__name__}: {error}".splitlines()[0]
