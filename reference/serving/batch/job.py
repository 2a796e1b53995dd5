"""The job: it reads the list of flights, asks the model about many at a time, and replaces the prepared answers."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from parts.model_service.question import FlightQuestion
from problem.ask_or_queue import LIST, NAME, CostlyModel, open_model
from problem.monday import NoModel
from reference.serving.batch.prepared import write_answers

AT_ONCE = 500
"""Rows by call of the model."""


def prepare(state: Path, models: Path) -> list[str]:
    """Prepare what the list asks; a line for each that could not be. Raises ``NoModel``, ``OSError`` without a list."""
    model, wrong = open_model(models), list[str]()
    asked = list(read_list(state / LIST, wrong))
    parts = [asked[first : first + AT_ONCE] for first in range(0, len(asked), AT_ONCE)]
    write_answers(state, [each for rows in parts for each in answer_rows(rows, model, wrong)])
    return wrong


def read_list(file: Path, wrong: list[str]) -> Iterator[FlightQuestion]:
    """The questions, a line each; what is none is noted in ``wrong``."""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        try:
            yield FlightQuestion.model_validate_json(line)
        except ValidationError as error:
            wrong.append(f"line {number} is no question: {error.errors()[0]['msg']}")


def answer_rows(
    asked: Sequence[FlightQuestion], model: CostlyModel, wrong: list[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Answers by flight; if the model refuses, one after the other, and which it refuses is noted in ``wrong``."""
    try:
        answers = model.answer([each.request() for each in asked])
    except ValueError as error:
        if len(asked) > 1:
            for each in asked:
                yield from answer_rows([each], model, wrong)
        else:
            wrong.append(f"flight {asked[0].flight_id}: {error}")
    else:
        yield from ((each.flight_id, answer) for each, answer in zip(asked, answers, strict=True))


def main() -> int:
    """0 if all are prepared, 1 if some could not be, 2 if nothing was done and the old answers stay."""
    try:
        wrong = prepare(Path(os.environ["STATE"]), Path(os.environ["MODELS"]))
    except (NoModel, OSError, KeyError) as error:
        print(f"{NAME}: nothing prepared: {error}", file=sys.stderr)
        return 2
    for line in wrong:
        print(f"{NAME}: not prepared: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
