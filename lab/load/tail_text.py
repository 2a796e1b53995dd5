"""A run in one line."""

from lab.load.endpoint import NO_ANSWER, NO_CONNECTION
from lab.load.load_result import Result

NAMES = {NO_ANSWER: "no answer in time", NO_CONNECTION: "no connection"}


def line(run: Result, deadline: float) -> str:
    """Rate, quantiles of the wait in ms, goodput, failures, and how late the generator was itself."""
    offered = f"{run.offered:g}/s offered" if run.offered else "as it comes"
    waits = "  ".join(f"p{share:g} {run.quantile(share / 100):.1f}" for share in (50, 95, 99))
    failed = "".join(f"; {NAMES.get(status, status)}: {count}" for status, count in run.failures.items())
    return (
        f"{run.kind:6} {offered:>15}, {run.answered:.1f}/s answered  {waits} ms  "
        f"good {run.goodput(deadline):.1f}/s{failed}  (generator late by {run.lag:.1f} ms)"
    )
