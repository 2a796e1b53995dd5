"""A cache in front of the model: one answer a flight and hour.

It was written in the week when the app went live and every screen asked again whenever somebody looked. An afternoon,
six lines, and the load was gone. An hour was what the data had then: features came in by the hour, and the champion was
changed by a restart, which emptied the cache as well.
"""

from collections.abc import Iterable

from problem.asked_again import Behind, Cache, Question, make_vector

HOUR = 3600.0
EXPIRY = HOUR


class Answerer:
    """See ``problem.asked_again``. ``expiry``: seconds."""

    def __init__(self, cache: Cache, behind: Behind, expiry: float = EXPIRY) -> None:
        self.cache, self.behind, self.expiry = cache, behind, expiry

    def answer(self, question: Question) -> float:
        """See the contract."""
        key = f"{question.flight_id}:{question.asked_at // HOUR:.0f}"
        known = self.cache.get(key)
        if known is None:
            row = self.behind.stored.fetch(question.flight_id)
            known = self.behind.champion.score(make_vector(row, question))
            self.cache.put(key, known, self.expiry)
        return float(known)

    def warm(self, flight_ids: Iterable[int]) -> None:
        """Whoever asks first fills it."""
