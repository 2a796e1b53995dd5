"""The nightly job as steps: six that fetch, one that joins, one that fits, five that write outputs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from parts.stored_steps.stored_steps import Run, Step
from problem.nightly import (
    COLUMNS,
    Site,
    ask_risks,
    describe_flights,
    fit_risk,
    report_carriers,
    report_fleet,
    report_ground,
    report_weather,
    write_output,
)
from reference.training.pipeline_training.access import fetch


class Job:
    """See ``problem.nightly``."""

    def __init__(self, home: Path, site: Site, at_once: int = 1) -> None:
        self.home, self.site, self.at_once = home, site, at_once

    @property
    def steps_folder(self) -> Path:
        """Where tonight's steps leave their outputs; those of other nights lie beside it."""
        return self.home / "steps" / self.site.today

    def run(self) -> list[str]:
        """See the contract."""
        return Run(self.list_steps(), self.steps_folder, self.at_once).finish()

    def list_steps(self) -> Iterator[Step]:
        """All steps, each with what it needs."""
        today = self.site.today
        yield from (Step(name, partial(fetch, name, self.site)) for name in COLUMNS)
        yield Step("rows", lambda *tables: describe_flights(dict(zip(COLUMNS, tables, strict=True))), tuple(COLUMNS))
        yield Step("model", partial(fit_risk, today=today), ("rows",))
        yield self._write("risks", partial(ask_risks, today=today), "model", "rows")
        yield self._write("carriers", partial(report_carriers, today=today), "landings", "schedule")
        yield self._write("ground", partial(report_ground, today=today), "departures")
        yield self._write("fleet", partial(report_fleet, today=today), "schedule", "planes")
        yield self._write("weather", partial(report_weather, today=today), "weather")

    def _write(self, name: str, make: Any, *needs: str) -> Step:
        def make_and_write(*inputs: pd.DataFrame) -> dict[str, Any]:
            values: dict[str, Any] = make(*inputs)
            write_output(self.home, name, self.site.today, values)
            return values

        return Step(f"output_{name}", make_and_write, needs)
