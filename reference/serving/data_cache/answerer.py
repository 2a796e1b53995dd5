"""The features of a flight are kept under refresh and flight, put there before anybody asks; the model is always asked.

So answers are those that there would be without a cache: what moves from minute to minute is not kept.
"""

from collections.abc import Iterable

from problem.asked_again import Behind, Cache, Question, Row, Stored, make_vector

EXPIRY = 6 * 3600.0
"""Seconds; longer than any refresh takes to come, so that it frees room, and nothing else."""


class Answerer:
    """See ``problem.asked_again``."""

    def __init__(self, cache: Cache, behind: Behind) -> None:
        self.cache, self.behind = cache, behind

    def answer(self, question: Question) -> float:
        """See the contract."""
        stored = self.behind.stored
        row = self.cache.get(_name_key(stored, question.flight_id))
        if row is None:
            row = self._put(stored, question.flight_id)
        return self.behind.champion.score(make_vector(row, question))

    def warm(self, flight_ids: Iterable[int]) -> None:
        """Read the features of these flights once, now, while nobody waits."""
        stored = self.behind.stored
        for flight_id in flight_ids:
            self._put(stored, flight_id)

    def _put(self, stored: Stored, flight_id: int) -> Row:
        row = stored.fetch(flight_id)
        self.cache.put(_name_key(stored, flight_id), row, EXPIRY)
        return row


def _name_key(stored: Stored, flight_id: int) -> str:
    return f"{stored.refreshed_at:.0f}:{flight_id}"
