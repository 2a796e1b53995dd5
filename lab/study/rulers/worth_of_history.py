"""What a service without a history would cost in predictions, and one that is told all in bytes."""

from collections.abc import Iterator
from pathlib import Path

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.systems import find_system
from measure.data.days import Days, estimate

FIGURES = ("request_only", "request_bytes")


def rows(results: Results) -> Iterator[Row]:
    """Log loss of the request-only arm minus that of the system's own answers, and bytes over bytes of a request."""
    for name in results.systems:
        if not find_system(name).has_store:
            yield from (make_absent(key, name, "any", "the arm is fitted on FTI's questions alone") for key in FIGURES)
            continue
        sizes = results.table(f"request_only-{name}", "bytes").set_index("mode")
        for mode, losses in results.by_mode(f"request_only-{name}", "losses"):
            days = Days(losses["day"])
            without, own = (days.ratios(losses[side], losses["rows"]) for side in ("request", "served"))
            note = "the same learner on the request alone, minus the system's own answers, paired by week"
            yield make_row("request_only", name, mode, estimate(without - own), note)
            size = sizes.loc[mode]
            note = f"{size['vector']:.0f} bytes of JSON with all features, {size['request']:.0f} as asked"
            yield Row("request_bytes", name, mode, float(size["vector"] / size["request"]), note=note)


def draw(results: Results, folder: Path) -> None:
    """Two figures in words; nothing to draw."""
