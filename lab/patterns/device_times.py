"""What an answer, a first answer and a megabyte cost on the device; by turns in every round."""

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.engine.workspace import REPOSITORY
from lab.patterns.device_place import DevicePlace
from lab.patterns.ship_weight import weigh
from problem.on_the_device import Device, make_bodies

TRIP, EDGE, PORTABLE = "round_trip", "edge", "portable_model"
PROGRAM = "reference.serving.portable_model.program"
ASKED = {TRIP: 150, EDGE: 1_000, PORTABLE: 1_000}
"""How many vectors a round asks each side, which takes each about a second or less."""
ROUNDS, STARTS = 5, 3


class Start(NamedTuple):
    """Seconds to a first answer: of a page, first visited and, without a network, again; of a program."""

    visit: float
    visit_again: float
    program: float


def measure_times(devices: Mapping[str, Device], vectors: pd.DataFrame, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """By side, milliseconds an answer, a figure a round; a first round is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in devices}
    for _ in range(rounds + 1):
        for name, device in devices.items():
            asked = vectors.head(ASKED[name])
            taken[name].append(1000 * device.answer(asked).seconds / len(asked))
    return {name: of[1:] for name, of in taken.items()}


def measure_starts(place: DevicePlace, homes: Mapping[str, Path], vector: pd.DataFrame, count: int = STARTS) -> Any:
    """By kind (``Start``), seconds to the first answer, a figure a round."""
    starts = [measure_start(place, homes, vector) for _ in range(count)]
    return {kind: [getattr(start, kind) for start in starts] for kind in Start._fields}


def measure_start(place: DevicePlace, homes: Mapping[str, Path], vector: pd.DataFrame) -> Start:
    """One of each."""
    with place.visit(homes[EDGE]) as page:
        page.cut()
        again = page.visit_again()
        return Start(page.first, again, start_program(homes[PORTABLE], vector))


def start_program(home: Path, vector: pd.DataFrame) -> float:
    """Seconds from the start of the program to its first answer."""
    (body,) = make_bodies(vector.head(1))
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", PROGRAM, str(home)],
        input=json.dumps(body), text=True, capture_output=True, check=True, cwd=REPOSITORY,
    )  # fmt: skip
    return time.perf_counter() - began


def weigh_devices(homes: Mapping[str, Path]) -> dict[str, float]:
    """Megabytes that a device gets: a page with all that belongs to it, as it is and packed; a program's packages."""
    files = [file for file in homes[EDGE].rglob("*") if file.is_file()]
    model = sum(file.stat().st_size for file in homes[PORTABLE].iterdir() if file.is_file())
    return {
        "page": sum(file.stat().st_size for file in files) / 1e6,
        "page_packed": sum(len(gzip.compress(file.read_bytes())) for file in files) / 1e6,
        "program": weigh(["onnxruntime", "numpy"]).megabytes + model / 1e6,
        "model": model / 1e6,
    }


def open_all(doors: Mapping[str, Any], homes: Mapping[str, Path], place: DevicePlace, stack: ExitStack) -> Any:
    """By side, a device that is open until the stack is left."""
    return {name: stack.enter_context(door.open_device(homes[name], place)) for name, door in doors.items()}
