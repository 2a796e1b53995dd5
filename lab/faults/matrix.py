"""One cell of the failure matrix."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """``outcome`` and ``detail`` of the job; ``after``: of what it left behind, once the fault is gone.

    ``outcome`` is empty where the job cannot have this fault; ``detail`` says why.
    """

    system: str
    job: str
    fault: str
    outcome: str
    detail: str = ""
    after: str = ""
