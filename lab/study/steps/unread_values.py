"""Worker that counts stored feature values that nobody has ever read."""

from pathlib import Path

import pandas as pd

from lab.engine.progress import reported
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from reference.systems.fti.feature_repo.definitions import COLUMNS, stored_at

STAMP = "event_timestamp"


def count_unread(folder: Path, steps: Path, name: str) -> None:
    """Read the store as training on both kinds of question does. ``unread.parquet``: view, rows, read, values (columns
    a row, without keys and stamps).
    """
    history = steps / f"train-{name}" / "home" / "features" / "history"
    asked = pd.concat(
        [scheduled_between(questions(load_facts(), mode), None, CUT_OFF) for mode in ("batch", "real_time")]
    )
    asked = asked.sort_values("asked_at")
    rows = [_count_view(view, history, asked) for view in reported(COLUMNS)]
    pd.DataFrame(rows).to_parquet(folder / "unread.parquet", index=False)


def _count_view(view: str, history: Path, asked: pd.DataFrame) -> dict[str, object]:
    entities, columns = COLUMNS[view]
    keys = [entity.join_key for entity in entities]
    stored = pd.concat([pd.read_parquet(file) for file in sorted((history / view).glob("*.parquet"))])
    stored = stored.sort_values([STAMP, stored_at(view)], ignore_index=True).reset_index(names="stored")
    text = dict.fromkeys(keys, object)
    stored = stored.assign(**{STAMP: stored[STAMP].dt.as_unit("ns")})[[*keys, STAMP, "stored"]].astype(text)
    wanted = asked[[*keys, "asked_at"]].dropna().astype(text)
    found = pd.merge_asof(wanted, stored, left_on="asked_at", right_on=STAMP, by=keys)
    return {"view": view, "rows": len(stored), "read": found["stored"].nunique(), "values": len(columns)}
