"""Make a new model from the answers that are kept, and keep it beside the others: nothing answers with it yet.

python -m parts.kept_models.train VERSION
"""

import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ANSWERS, KEPT = Path("answers.csv"), Path("models/kept")
GROUPS = ("carrier", "origin", "dest")
SMOOTHING = 20.0
"""Rows of the overall rate that each group is given."""


def train(rows: Sequence[Mapping[str, str]], version: str) -> dict[str, Any]:
    """A model (``problem.monday.Model``): log odds of the rate, and by how much each group is off it. Raises
    ``ValueError`` for no known outcome."""
    known = [row for row in rows if row["late"]]
    if not known:
        raise ValueError("of no answer is it known what came of it")
    rate = sum(float(row["late"]) for row in known) / len(known)
    groups = [f"{name}={row[name]}" for row in known for name in GROUPS]
    late = Counter(f"{name}={row[name]}" for row in known for name in GROUPS if float(row["late"]))
    weights = {
        group: _odds((late[group] + SMOOTHING * rate) / (count + SMOOTHING)) - _odds(rate)
        for group, count in Counter(groups).items()
    }
    return {"version": version, "base": _odds(rate), "weights": weights}


def _odds(rate: float) -> float:
    return math.log(rate / (1 - rate))


def main(version: str) -> int:
    """See above."""
    model = train([*csv.DictReader(ANSWERS.open())], version)
    file = KEPT / f"{version.replace('/', '-')}.json"
    file.write_text(json.dumps(model))
    print(f"{version} is kept, {len(model['weights'])} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
