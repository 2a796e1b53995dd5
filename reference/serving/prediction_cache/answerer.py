"""Answers are kept under version, refresh, flight and the bucket of minutes to departure.

What an answer is made from is in its key, so a new champion or a refresh asks nobody to empty anything: old answers are
never looked for again, and go when their time is over. Only within a bucket may an answer be some minutes old.
"""

from collections.abc import Iterable

from problem.asked_again import Behind, Cache, Champion, Question, Stored, make_vector

WIDTH = 15 * 60.0
EXPIRY = 3600.0
"""Seconds; it frees room, and nothing else."""


class Answerer:
    """See ``problem.asked_again``.

    ``width``: of the bucket of minutes to departure, in seconds. ``by_refresh``: whether the refresh is in the key; if
    not, an answer may be made from features that are older by the bucket's width, and no more than that.
    """

    def __init__(self, cache: Cache, behind: Behind, width: float = WIDTH, by_refresh: bool = True) -> None:
        self.cache, self.behind, self.width, self.by_refresh = cache, behind, width, by_refresh

    def answer(self, question: Question) -> float:
        """See the contract. Champion and features are taken once: one that changes meanwhile has another key."""
        champion, stored = self.behind.champion, self.behind.stored
        key = make_key(champion, stored if self.by_refresh else None, question, self.width)
        known = self.cache.get(key)
        if known is None:
            known = champion.score(make_vector(stored.fetch(question.flight_id), question))
            self.cache.put(key, known, EXPIRY)
        return float(known)

    def warm(self, flight_ids: Iterable[int]) -> None:
        """Whoever asks first fills it."""


def make_key(champion: Champion, stored: Stored | None, question: Question, width: float) -> str:
    """All that the answer is made from; ``stored``: None to leave the refresh out."""
    refresh = "" if stored is None else f"{stored.refreshed_at:.0f}"
    bucket = (question.scheduled_at - question.asked_at) // width
    return f"{champion.version}:{refresh}:{question.flight_id}:{bucket:.0f}"
