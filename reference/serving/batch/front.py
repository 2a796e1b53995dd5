"""The web side: it looks up what was prepared, says when that was, and knows no model."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from parts.late_service.late_service import LATE, Answer
from parts.model_service.described_service import Answerer
from parts.model_service.question import FlightQuestion
from parts.model_service.refusals import Refused
from parts.model_service.shell import serve
from reference.serving.batch.prepared import PreparedAnswers


class PreparedAnswer(Answer):
    """``made_at``: when it was prepared, in Unix time."""

    made_at: float


def open_answerer(models: Path) -> Answerer:
    """What answers: the table in ``STATE``; raises ``NothingPrepared``."""
    prepared = PreparedAnswers(Path(os.environ["STATE"]))

    def answer(asked: FlightQuestion) -> dict[str, object]:
        found = prepared.find(asked.flight_id)
        if found is None:
            raise Refused(f"nothing is prepared about flight {asked.flight_id}: it was not on the job's list")
        return found._asdict()

    return answer


SERVICE = replace(LATE, answer=PreparedAnswer, open_model=open_answerer)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
