"""A trial in stages: who answers, who is asked beside, and what is read at the end of a day.

Before anything else the test month is read: a candidate that does not win there goes no further.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from parts.model_trial.asked_model import AskedModel, Said
from parts.model_trial.past_days import judge_past, see_past
from parts.model_trial.seen_days import see_beside, see_coins
from parts.model_trial.trial_log import Kept, TrialLog
from problem.which_is_better import LIMIT, Answer, Arm, Decision, Models, Past, Question, Result, Seen, Verdict

OTHER = {Arm.CHAMPION: Arm.CANDIDATE, Arm.CANDIDATE: Arm.CHAMPION}


@dataclass(frozen=True)
class Stage:
    """``judge`` reads at the end of each day what was seen. ``coin``: half of the aircraft-days are the candidate's;
    else the champion answers all. ``beside``: the other model is asked too, and nobody waits for it."""

    name: str
    judge: Callable[[Seen], Verdict]
    coin: bool
    beside: bool


class ModelTrial:
    """See ``problem.which_is_better.Trial``; a side is little more than its stages."""

    stages: tuple[Stage, ...] = ()
    limit = LIMIT

    def __init__(self, home: Path, models: Models, past: Past) -> None:
        self._name, self._table = home.name, models.table
        ours, theirs = (AskedModel(score, self.limit) for score in (models.champion, models.candidate))
        self._asked = {Arm.CHAMPION: ours, Arm.CANDIDATE: theirs}
        self.log, self.unlogged = TrialLog(home / "trial.db"), 0
        self._verdicts = self.log.list_verdicts()
        if not self._verdicts:
            self._keep(judge_past(see_past(past)))

    @property
    def is_open(self) -> bool:
        """Whether nobody has refused the candidate yet."""
        return self._verdicts[-1].decision == Decision.PASS

    @property
    def stage(self) -> Stage | None:
        """The one that is under way; None if there is none any more."""
        place = len(self._verdicts) - 1
        return self.stages[place] if self.is_open and place < len(self.stages) else None

    def answer(self, question: Question) -> Answer:
        """See the contract. An answer that cannot be kept goes out all the same, and is counted (``unlogged``)."""
        stage, arm = self.stage, self.choose_arm(question)
        asked = self._asked[arm].start(question.row)
        other = OTHER[arm] if stage and stage.beside else None
        beside = self._asked[other].start(question.row) if other else None
        risk, instead = self._asked[arm].wait(asked), self._table(question.row)
        kept = Kept(len(self._verdicts), arm, instead, **{arm.value: risk})
        if self._is_logged(partial(self.log.keep, question, kept)) and other and beside:
            beside.add_done_callback(partial(self._note, question.request_id, other))
        return Answer(instead, Arm.TABLE, arm) if risk is None else Answer(risk, arm, arm)

    def learn(self, results: Iterable[Result]) -> None:
        """See the contract."""
        self.log.learn(results)

    def decide(self) -> Verdict:
        """See the contract; what another process has decided since holds here from now on."""
        self._verdicts = self.log.list_verdicts()
        if (stage := self.stage) is None:
            return self._verdicts[-1]
        verdict = stage.judge(self.see(stage))
        return verdict if verdict.decision == Decision.GO_ON else self._keep(verdict)

    def stop(self, why: str) -> Verdict:
        """See the contract."""
        if (stage := self.stage) is None:
            return self._verdicts[-1]
        days = self.see(stage).days
        return self._keep(Verdict(Decision.REFUSE, f"stopped in {stage.name} after {days} days, nothing shown: {why}"))

    def close(self) -> None:
        """See the contract."""
        self.log.close()

    def see(self, stage: Stage) -> Seen:
        """What the stage that is under way has seen."""
        known = self.log.read_known(len(self._verdicts))
        return see_coins(known, stage.beside) if stage.coin else see_beside(known)

    def choose_arm(self, question: Question) -> Arm:
        """Whose flight this is."""
        stage = self.stage
        if stage is None:
            return Arm.CANDIDATE if self.is_open else Arm.CHAMPION
        return throw_coin(self._name, question.aircraft, question.day) if stage.coin else Arm.CHAMPION

    def _keep(self, verdict: Verdict) -> Verdict:
        self.log.decide(len(self._verdicts), verdict)
        self._verdicts = self.log.list_verdicts()
        return self._verdicts[-1]

    def _note(self, request_id: str, other: Arm, beside: Future[Said]) -> None:
        """What the other model said, if that came in time; whoever asked has the answer already."""
        if (risk := self._asked[other].read(beside)) is not None:
            self._is_logged(partial(self.log.note, request_id, other, risk))

    def _is_logged(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except sqlite3.Error:
            self.unlogged += 1
            return False
        return True


def throw_coin(trial: str, aircraft: str, day: str) -> Arm:
    """The same for the same trial (its folder's name), aircraft and day, in every process; another trial has others."""
    thrown = hashlib.blake2b("\n".join((trial, aircraft, day)).encode(), digest_size=1).digest()[0] % 2
    return Arm.CANDIDATE if thrown else Arm.CHAMPION
