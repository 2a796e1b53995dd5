"""Whether what can be switched at once is better than the fault: nats an answer, fault by fault."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.watched_faults import DATA, FAULTS, GONE, WINDOW, Fault, list_starts
from lab.patterns.watched_year import Year, score
from measure.data.baselines import Rates, fit_rates
from measure.data.comparison import judge_difference
from measure.data.days import Days, estimate
from measure.data.scores import log_losses
from problem.contract import CATEGORIES, FEATURES
from problem.watched import Rows

NATS = 0.005
"""The margin, as in PREDICTIONS.md."""
GROUPS, SERVED, LEARNED = ["carrier", "origin", "local_hour"], ["local_hour"], (4, 5)
"""Columns of a fine table, and of the one that the service has; the months that both are made of."""
NOTHING, NULLS, BY_TABLE, BY_FINE_TABLE = "nothing", "nulls", "table", "fine table"
TABLES = {BY_TABLE: SERVED, BY_FINE_TABLE: GROUPS}
SWITCHES = (NULLS, *TABLES)
TRIED = [fault for fault in FAULTS if fault.kind == DATA and fault.name != "one airport gone"]
NO_FAULT = "no fault"


def fit_table(year: Year, columns: Sequence[str] = SERVED) -> Rates:
    """The rates that answer where the model is switched off."""
    rows = year.rows[year.rows["month"].isin(LEARNED) & year.rows["late"].notna()]
    return fit_rates(read_groups(rows, columns), rows["late"])


def read_groups(rows: Rows, columns: Sequence[str]) -> pd.DataFrame:
    """A table's columns as text and numbers."""
    return rows[[*columns]].astype({name: str for name in columns if name in CATEGORIES})


def find_touched(clean: Rows, hit: Rows) -> list[str]:
    """The features that a fault changes in some row."""
    return [name for name in FEATURES if not hit[name].equals(clean[name])]


def leave_out(rows: Rows, features: Sequence[str]) -> Rows:
    """The rows with these features null; of a category, a name that the model never saw."""
    return rows.assign(**{name: "" if name in CATEGORIES else np.nan for name in features})


def judge_switches(year: Year, faults: Sequence[Fault] = TRIED) -> list[dict[str, Any]]:
    """A row a fault: nats over sound answers, of the fault, and of each switch; the words for switch against fault.

    ``nulls`` is null where the fault touches no feature. The first row has no fault: what a switch costs that is left.
    """
    tables = {switch: fit_table(year, columns) for switch, columns in TABLES.items()}
    return [_judge(fault, year, tables) for fault in (None, *faults)]


def _judge(fault: Fault | None, year: Year, tables: Mapping[str, Rates]) -> dict[str, Any]:
    found = pd.concat([_replay(fault, start, year, tables) for start in list_starts()])
    days = Days(found["day"])
    told: dict[str, Any] = {"fault": fault.name if fault else NO_FAULT}
    for switch in (NOTHING, *SWITCHES):
        is_there = found[switch].notna().all()
        told[switch] = vars(estimate(days.means(found[switch] - found["sound"]))) if is_there else None
        if switch != NOTHING:
            gained = estimate(days.means(found[switch] - found[NOTHING])) if is_there else None
            told[f"{switch}_word"] = judge_difference(gained, NATS).value if gained else None
    return told


def _replay(fault: Fault | None, start: pd.Timestamp, year: Year, tables: Mapping[str, Rates]) -> pd.DataFrame:
    """By answer whose outcome is known: its day, and the loss of sound answers, with nothing done, and by switch."""
    clean = year.span(start, WINDOW)
    hit = fault.plant(clean, start, year).drop(columns=GONE) if fault else clean
    touched = find_touched(clean, hit)
    risks: Mapping[str, Any] = {
        "sound": clean["risk"],
        NOTHING: hit["risk"],
        NULLS: score(year.model, leave_out(hit, touched)) if touched else np.full(len(hit), np.nan),
        **{switch: table.predict(read_groups(hit, TABLES[switch])) for switch, table in tables.items()},
    }
    kept = (clean["late"].notna() & clean["risk"].notna()).to_numpy()
    late = clean["late"].to_numpy()[kept] == 1
    losses = {name: log_losses(late, np.asarray(risk, float)[kept]) for name, risk in risks.items()}
    return pd.DataFrame({"day": clean["day"].to_numpy()[kept], **losses})


def count_words(rows: Sequence[Mapping[str, Any]], switch: str) -> dict[str, int]:
    """By word, for how many faults a switch has it against doing nothing."""
    words = [row[f"{switch}_word"] for row in rows if row["fault"] != NO_FAULT and row[f"{switch}_word"]]
    return {word: words.count(word) for word in sorted(set(words))}
