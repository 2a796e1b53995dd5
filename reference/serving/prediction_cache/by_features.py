"""Answers are kept under version and bucketed features, so that flights that look alike share them.

The refresh is in the key already, as its features are. A miss asks the model for the middle of the buckets: an answer
depends on its key alone, and not on who asked first. But the features have to be read before the cache can be asked,
and how much is lost by rounding is up to who designed them.
"""

from collections.abc import Iterable

from problem.asked_again import Behind, Cache, Question, make_vector
from reference.serving.prediction_cache.buckets import Buckets

EXPIRY = 24 * 3600.0
"""Seconds; it frees room, and nothing else."""


class Answerer:
    """See ``problem.asked_again``."""

    def __init__(self, cache: Cache, behind: Behind, buckets: Buckets) -> None:
        self.cache, self.behind, self.buckets = cache, behind, buckets

    def answer(self, question: Question) -> float:
        """See the contract."""
        champion = self.behind.champion
        vector = make_vector(self.behind.stored.fetch(question.flight_id), question)
        key = ":".join([champion.version, *self.buckets.find_codes(vector)])
        known = self.cache.get(key)
        if known is None:
            known = champion.score(self.buckets.round_vector(vector))
            self.cache.put(key, known, EXPIRY)
        return float(known)

    def warm(self, flight_ids: Iterable[int]) -> None:
        """Whoever asks first fills it."""
