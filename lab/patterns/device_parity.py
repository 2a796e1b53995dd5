"""The same vectors asked in every form of the model, and what a sample would have caught."""

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd

from lab.patterns.device_runtimes import CONVERTER
from lab.patterns.environments import run_in
from parts.model_export.published_graph import MODEL
from problem.contract import CATEGORIES, FEATURES
from problem.on_the_device import Device, Floats, Place

OFF = 0.001
"""A probability that is off by more than this is another answer."""
ALIKE, SURE = 1e-9, 0.9
EMPTIED = 500
"""Vectors that are asked once more with each of their categories unknown, and as often with each left out."""


def compare(told: Floats, right: Floats) -> dict[str, Any]:
    """How many ``rows``, the ``largest`` difference, the shares that are ``unlike`` and ``off``, and the ``flips``.

    ``sample``: rows of which, with nine chances in ten, one is unlike; None if none is.
    """
    apart = np.abs(told - right)
    unlike = float((apart > ALIKE).mean())
    return {
        "rows": len(told),
        "largest": float(apart.max()),
        "unlike": unlike,
        "off": float((apart > OFF).mean()),
        "flips": int(((told >= 0.5) != (right >= 0.5)).sum()),
        "sample": find_sample(unlike),
    }


def find_sample(share: float) -> int | None:
    """How many rows have one of such a share among them with a chance of ``SURE``; None if there are none."""
    if not share:
        return None
    return 1 if share >= SURE else math.ceil(math.log(1 - SURE) / math.log(1 - share))


def make_strange(vectors: pd.DataFrame) -> pd.DataFrame:
    """Vectors with a category that no model has seen, and with one that is not known."""
    few = vectors.head(EMPTIED)
    changed = [few.assign(**{name: value}) for name in CATEGORIES for value in ("??", None)]
    return pd.concat(changed, ignore_index=True)


def ask_devices(devices: Mapping[str, Device], vectors: pd.DataFrame, model: Any) -> list[dict[str, Any]]:
    """A row a side for the vectors as they are, and one for strange ones (``make_strange``).

    ``other_bits``: how many answers are not those of the first side to the last bit.
    """
    rows = []
    for kind, asked in (("as asked", vectors), ("strange", make_strange(vectors))):
        right = model.predict_proba(asked[list(FEATURES)])[:, 1]
        told = {name: device.answer(asked).risk for name, device in devices.items()}
        first = next(iter(told.values()))
        for name, risk in told.items():
            bits = int((risk != first).sum())
            rows.append({"side": name, "kind": kind, "other_bits": bits} | compare(risk, right))
    return rows


def count_other_sums(
    doors: Mapping[str, Any], homes: Mapping[str, Path], place: Place, vectors: pd.DataFrame, folder: Path
) -> int:
    """On how many vectors the sums over the trees differ between the sides, in any bit: their graphs without the last
    step, which makes a probability of the sum."""
    told = []
    for name, door in doors.items():
        copy = shutil.copytree(homes[name], folder / name)
        graph = onnx.load(copy / MODEL)
        graph.graph.node[-1].op_type = "Identity"
        (copy / MODEL).write_bytes(graph.SerializeToString())
        with door.open_device(copy, place) as device:
            told.append(device.answer(vectors).risk)
    return int((told[0] != told[1]).sum())


def try_converter(learnt: pd.DataFrame, asked: pd.DataFrame, folder: Path) -> list[dict[str, Any]]:
    """What the usual converter makes of the same pipeline, in its own environment: a row a way to declare it.

    Raises ``StudyError`` where that was not made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learnt.to_pickle(folder / "learnt.pkl")
    asked.to_pickle(folder / "asked.pkl")
    run_in(CONVERTER, ["-m", "lab.patterns.converter_worker", str(folder)])
    rows = []
    for way, words in json.loads((folder / "ways.json").read_text()).items():
        told, right = np.load(folder / f"{way}.npy")
        rows.append({"way": way, "said": words} | compare(told, right))
    return rows
