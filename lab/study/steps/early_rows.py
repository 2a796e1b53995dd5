"""Workers that apply rulers as soon as what they need is there: the first answers do not wait for the last."""

import json
from dataclasses import asdict
from pathlib import Path

from lab.study.results import Results
from lab.study.rulers import beliefs, definitions, price_panel, recompute, recorded_runs, row_skew, skill
from lab.study.scorecard_rows import EARLY_ROWS, Row

OF_ONE = {"row_skew": row_skew.rows, "skill": skill.rows, "losses": beliefs.measure_losses}
"""Rulers that look at one system by itself; ``losses`` are for the terminal, the scorecard takes all of ``beliefs``."""
OF_ALL = {
    "definitions": definitions.rows,
    "recompute": recompute.rows,
    "recorded_runs": recorded_runs.rows,
    "counts": price_panel.count_code,
}
"""Rulers that need no answers; ``counts`` are for the terminal, the scorecard has them from ``price_panel``."""


def measure_system(folder: Path, steps: Path, name: str) -> None:
    """Rows of ``OF_ONE`` for one system: ``rows.json``, by ruler."""
    results = Results(steps, [name])
    _write(folder, {ruler: list(rows(results)) for ruler, rows in OF_ONE.items()})


def measure_code(folder: Path, steps: Path, names: str) -> None:
    """Rows of ``OF_ALL`` for all systems: ``rows.json``, by ruler."""
    results = Results(steps, names.split(","))
    _write(folder, {ruler: list(rows(results)) for ruler, rows in OF_ALL.items()})


def _write(folder: Path, rows: dict[str, list[Row]]) -> None:
    (folder / EARLY_ROWS).write_text(json.dumps({ruler: [asdict(row) for row in of] for ruler, of in rows.items()}))
