"""Forms under load: how long their callers wait, steadily and by turns, and what an answer costs in CPU."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lab.load.endpoint import Endpoint
from lab.load.load_result import Floats, Result
from lab.load.loops import closed_loop, open_loop
from lab.patterns.form_deaths import wait_until_empty
from lab.patterns.form_sites import RunningForm
from lab.patterns.form_waits import ACCEPTED, GIVE_UP, Row, describe, is_taken
from measure.data.rounds import judge_rounds
from parts.queue.queues import ANSWERED, open_queue

MARGIN = 1.25
"""A ratio, in every round, as in PREDICTIONS.md."""
CALLERS = 8


def aim(form: RunningForm, bodies: Sequence[bytes]) -> Endpoint:
    """Where questions go, and for how long callers wait."""
    return Endpoint(form.url, bodies, timeout=GIVE_UP)


def count_capacity(form: RunningForm, bodies: Sequence[bytes], questions: int) -> float:
    """Answers a second, ``CALLERS`` asking one after the other each."""
    return closed_loop(aim(form, bodies), CALLERS, questions).answered


def ask_steadily(form: RunningForm, bodies: Sequence[bytes], rate: float, seconds: float) -> Row:
    """An open loop: waits in ms, the share ``good`` in time, and ``cpu``, ms an answer of all the form's processes.

    ``until_answered``: the same waits of a form that accepts, until the answer is there.
    """
    before = form.read_cpu()
    with Answers(form) as answers:
        result = open_loop(aim(form, bodies), rate, seconds)
        later = answers.read_waits(result)
    used = form.read_cpu() - before
    row = describe(result.latencies, is_taken(result)) | {"lag": result.lag, "cpu": 1000 * used / len(result.due)}
    return row if later is None else row | {"until_answered": describe(later, np.isfinite(later))}


class Answers:
    """What the queue of a form has answered since the block began; nothing of a form that has none."""

    def __init__(self, form: RunningForm) -> None:
        self._queue = open_queue(form.queue) if form.workers else None

    def __enter__(self) -> "Answers":
        self._known = self._count()
        return self

    def __exit__(self, *_: object) -> None:
        if self._queue:
            self._queue.close()

    def read_waits(self, result: Result) -> Floats | None:
        """By question, in ms, from when it was due until its answer was there; infinite where it was not accepted.

        Questions are answered in the order in which they were accepted, so the first accepted has the first answer.
        Waits until nothing waits any more.
        """
        if self._queue is None:
            return None
        wait_until_empty(self._queue)
        kept = self._queue.list_messages(ANSWERED)[self._known :]
        waits = np.full(len(result.due), np.inf)
        accepted = np.flatnonzero(result.statuses == ACCEPTED)
        accepted = accepted[np.argsort(result.due[accepted] + result.latencies[accepted] / 1000, kind="stable")]
        later = [1000 * (each.answered_at - each.put_at) for each in kept]
        for place, more in zip(accepted, later, strict=False):
            waits[place] = result.latencies[place] + more
        return waits

    def _count(self) -> int:
        return self._queue.count()[ANSWERED] if self._queue else 0


def follow_loads(
    forms: Mapping[str, RunningForm], bodies: Sequence[bytes], rates: Sequence[float], seconds: float, rounds: int
) -> Iterator[Row]:
    """A row for each round, load and form, forms by turns."""
    names = list(forms)
    for number in range(rounds):
        for rate in rates:
            for name in names[:: 1 if number % 2 == 0 else -1]:
                found = ask_steadily(forms[name], bodies, rate, seconds)
                yield {"round": number, "rate": rate, "form": name} | found


def compare(rows: Sequence[Row], over: str, key: str, part: str = "") -> Iterator[Row]:
    """By rate and form, its ``key`` over that of the form ``over``, by rounds: median, least, most, and the word.

    ``part``: look for the key in there, where a row has it. Without a ratio where an answer did not come.
    """
    at = {(row["round"], row["rate"], row["form"]): row.get(part, row)[key] for row in rows}
    pairs = dict.fromkeys((rate, form) for _, rate, form in at if form != over)
    for rate, form in pairs:
        numbers = [number for number, *rest in at if rest == [rate, form]]
        both = [(at[number, rate, form], at[number, rate, over]) for number in numbers]
        if any(None in each for each in both):
            yield {"rate": rate, "form": form, "key": key, "word": "no answer"}
            continue
        ratios = np.array([own / other for own, other in both])
        told = {"value": float(np.median(ratios)), "low": float(ratios.min()), "high": float(ratios.max())}
        yield {"rate": rate, "form": form, "key": key, "word": judge_rounds(ratios, MARGIN).value} | told
