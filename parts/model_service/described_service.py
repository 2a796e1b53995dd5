"""What is particular to a service: the shell knows the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from parts.model_service.question import Question

Answerer = Callable[[Any], Mapping[str, Any]]
"""From a question to the fields of its answer, as JSON has them; raises ``Refused`` or ``NotAnswered``."""


@dataclass(frozen=True)
class Service:
    """What is particular to a service. ``example``: a body that is answered, shown in the OpenAPI document.

    ``open_model``: from the folder of models to what answers; raises ``LookupError`` without a model. ``largest_body``
    in bytes. ``at_once``: how many questions are answered beside one another, in threads, further ones being refused;
    0 for a model so fast that it answers one after the other and keeps nobody waiting. ``close`` comes after the last.
    """

    name: str
    question: type[Question]
    answer: type[BaseModel]
    open_model: Callable[[Path], Answerer]
    example: Mapping[str, Any]
    largest_body: int = 16_384
    at_once: int = 0
    close: Callable[[], None] = lambda: None
