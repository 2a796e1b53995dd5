"""What every bench writes: its part of ``.study/results/bench.json``, beside the machine and the versions it ran on."""

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from lab.engine.workspace import open_workspace, study_folder

PACKAGES = (
    "feast", "duckdb", "polars", "pandas", "numpy", "pyarrow", "ibis-framework", "scikit-learn", "mlflow", "fastapi",
    "uvicorn", "aiohttp",
)  # fmt: skip
FILE = "bench.json"
MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


def surroundings() -> dict[str, Any]:
    """The machine and the package versions, without which no time means anything; load: of the last minute."""
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "processor": _processor(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 1),
        },
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = MODEL.search(cpuinfo.read_text()) if cpuinfo.exists() else None
    return found[1] if found else platform.processor() or "unknown"


def print_machine(console: Console) -> None:
    """Print the machine and the versions."""
    of = surroundings()
    console.print("machine: ", ", ".join(f"{name} {value}" for name, value in of["machine"].items()), soft_wrap=True)
    console.print("versions:", ", ".join(f"{name} {value}" for name, value in of["packages"].items()), soft_wrap=True)


def keep(part: str, results: dict[str, Any], file: str = FILE) -> Path:
    """Put one bench's results beside those of the others; what an earlier run of it left is replaced."""
    with open_workspace(study_folder()) as home:
        path = home / "results" / file
        path.parent.mkdir(exist_ok=True)
        found = json.loads(path.read_text()) if path.exists() else {}
        parts = {name: found[name] for name in sorted(found) if _is_part(found[name]) and name != part}
        path.write_text(json.dumps(parts | {part: surroundings() | results}, indent=1) + "\n")
    return path


def _is_part(found: Any) -> bool:
    return isinstance(found, dict) and "machine" in found  # anything else was written by an older version


def spread(above: list[float], below: list[float]) -> dict[str, float]:
    """The ratio of the medians of two sides measured by turns, and the extremes over its rounds.

    Round i of one side stands beside round i of the other: what slowed the machine down then slowed both.
    """
    each = [one / other for one, other in zip(above, below, strict=True)]
    return {"ratio": median(above) / median(below), "low": min(each), "high": max(each), "rounds": len(each)}


def ratio_line(name: str, found: dict[str, float], note: str = "") -> str:
    """A ratio with its extremes, in one line."""
    return (
        f"{name:52} {found['ratio']:8.3g}  ({found['low']:.3g} to {found['high']:.3g}, {found['rounds']} rounds){note}"
    )
