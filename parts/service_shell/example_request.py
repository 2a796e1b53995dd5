"""A body that the service answers: the first flight that can be asked about at an instant."""

from typing import Any

import pandas as pd

from problem.contract import Request
from problem.facts import load_facts
from problem.questions import NOTICE, questions


def make_bodies(asked: pd.DataFrame) -> list[dict[str, Any]]:
    """Questions (the fields of ``Request``) as bodies of ``POST /predict``."""
    fields = [name for name in Request._fields if name != "mode"]
    text = {name: asked[name].map(pd.Timestamp.isoformat) for name in ("asked_at", "scheduled_at")}
    tailnum = asked["tailnum"].astype(object).where(asked["tailnum"].notna(), None)
    return asked[fields].assign(**text, tailnum=tailnum).to_dict("records")


def make_example(at: pd.Timestamp) -> dict[str, Any]:
    """The next flight to leave after ``at`` by at least an hour, asked about an hour before, or at ``at``."""
    asked = questions(load_facts(), "real_time")
    return make_bodies(asked[asked["scheduled_at"] >= at + NOTICE].head(1))[0]
