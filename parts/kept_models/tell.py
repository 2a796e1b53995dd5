"""What lies here: which model is in force, and how good its answers were.

python -m parts.kept_models.tell model
python -m parts.kept_models.tell quality     nats an answer, beside a constant rate; ends with 1 if that is as good
"""

import csv
import json
import math
import sys
from datetime import date
from pathlib import Path

MODEL, ANSWERS = Path("models/late.json"), Path("answers.csv")


def tell_model() -> int:
    """The version that answers, and when it was put there."""
    model = json.loads(MODEL.read_text())
    print(f"{model['version']}, of {date.fromtimestamp(MODEL.stat().st_mtime)}")
    return 0


def tell_quality() -> int:
    """Log loss of the answers whose outcome is known; 1 if there is none, or if a constant is as good."""
    rows = [row for row in csv.DictReader(ANSWERS.open()) if row["late"]]
    if not rows:
        print("of no answer is it known what came of it")
        return 1
    late = [float(row["late"]) for row in rows]
    said, rate = [float(row["prediction"]) for row in rows], sum(late) / len(late)
    own, plain = (sum(map(_lose, late, each)) / len(late) for each in (said, [rate] * len(late)))
    print(f"{own:.3f} nats an answer; a constant rate has {plain:.3f}")
    return int(own >= plain)


def _lose(late: float, said: float) -> float:
    return -math.log(max(said if late else 1 - said, 1e-12))


TELL = {"model": tell_model, "quality": tell_quality}

if __name__ == "__main__":
    sys.exit(TELL[sys.argv[1]]())
