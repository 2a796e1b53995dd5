"""What a prepared answer costs, and how many are ever read: from how many reads on a job pays."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import median
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.form_questions import put_model, write_list
from lab.patterns.form_sites import read_site, run_job, tell
from problem.ask_or_queue import Cost

LEAD = pd.Timedelta(hours=24)
"""Nobody asks about a flight earlier than that."""
Row = dict[str, Any]


def time_jobs(
    side: ModuleType, folder: Any, questions: Sequence[Row], costs: Mapping[str, Cost], rounds: int
) -> list[Row]:
    """By round and kind of cost, CPU ms by prepared answer of a job over all questions, its start included."""
    rows = []
    state = folder / "state"
    write_list([*questions], state)
    for number, (kind, cost) in product(range(rounds), costs.items()):
        put_model(folder / kind, cost)
        cpu = run_job(read_site(side), tell(folder / kind, state))
        rows.append({"round": number, "kind": kind, "cpu": 1000 * cpu / len(questions)})
    return rows


def find_break_even(prepared: float, asked: float, looked_up: float) -> float | None:
    """Reads of a prepared answer from which preparing is cheaper than asking; None if no number of reads is.

    CPU, in one unit: of preparing one, of asking the model for one, of looking one up.
    """
    saved = asked - looked_up
    return prepared / saved if saved > 0 else None


def find_turns(
    jobs: Sequence[Row], asked: Sequence[float], looked_up: Sequence[float], reads: Sequence[Row]
) -> dict[str, Any]:
    """By kind of cost, the reads from which a job pays, at the rounds' medians and at their extremes, and the share of
    the crowd that reads so much.

    ``asked``, ``looked_up``: CPU ms of an answer, by round; ``reads``: of ``sweep_crowd``.
    """
    turns = []
    for kind in dict.fromkeys(row["kind"] for row in jobs):
        made = [row["cpu"] for row in jobs if row["kind"] == kind]
        value = find_break_even(median(made), median(asked), median(looked_up))
        low = find_break_even(min(made), max(asked), min(looked_up))
        high = find_break_even(max(made), min(asked), max(looked_up))
        turns.append({"kind": kind, "value": value, "low": low, "high": high, "crowd": find_crowd(reads, value)})
    return {"turns": turns, "cpu": {"asked": median(asked), "looked_up": median(looked_up)}}


def pick_cpu(steady: Sequence[Row], form: str) -> list[float]:
    """CPU ms of an answer of a form, by round."""
    return [row["cpu"] for row in steady if row["form"] == form]


def count_reads(asked: pd.DataFrame, prepared: int, period: pd.Timedelta) -> Row:
    """What becomes of ``prepared`` answers if a job runs so often, and a question reads what the last one made.

    ``asked``: ``flight_id``, ``asked_at``, ``scheduled_at``. ``reads`` by prepared answer, the share ``unread`` of
    these, and the median ``age`` in hours of what is read.
    """
    made = asked["asked_at"].dt.floor(period)
    read = pd.DataFrame({"flight_id": asked["flight_id"], "made": made}).drop_duplicates()
    age = (asked["asked_at"] - made) / pd.Timedelta(hours=1)
    reads, unread = len(asked) / prepared, 1 - len(read) / prepared
    return {"prepared": prepared, "reads": reads, "unread": unread, "age": float(age.median())}


def count_prepared(asked: pd.DataFrame, period: pd.Timedelta) -> int:
    """How many answers jobs make about these flights: one a job from ``LEAD`` before departure until then."""
    leaves = asked.drop_duplicates("flight_id")["scheduled_at"]
    first, last = (leaves - LEAD).dt.floor(period), leaves.dt.floor(period)
    return int(((last - first) / period + 1).sum())


def thin(asked: pd.DataFrame, share: float, seed: int = 0) -> pd.DataFrame:
    """A crowd of that share: whoever asks is drawn by chance."""
    keep = np.random.default_rng(seed).random(len(asked)) < share
    return asked[keep]


def sweep_crowd(asked: pd.DataFrame, periods: Sequence[str], shares: Sequence[float]) -> Iterator[Row]:
    """A row for each period and share of the crowd; what nobody asks about any more is prepared all the same."""
    for period, share in product(periods, shares):
        each = pd.Timedelta(period)
        yield {"period": period, "share": share, **count_reads(thin(asked, share), count_prepared(asked, each), each)}


def find_crowd(rows: Sequence[Row], break_even: float | None) -> dict[str, float | None]:
    """By period, the share of the crowd from which a job pays; None where all of it is not enough.

    ``rows``: of ``sweep_crowd``, the whole crowd among them.
    """
    reads = {row["period"]: row["reads"] for row in rows if row["share"] == 1}
    return {period: _divide(break_even, of) for period, of in reads.items()}


def _divide(break_even: float | None, reads: float) -> float | None:
    return break_even / reads if break_even is not None and break_even <= reads else None
