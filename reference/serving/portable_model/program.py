"""What runs on the device: a graph and a runtime, and neither scikit-learn nor a table library.

``python -m reference.serving.portable_model.program FOLDER`` answers vectors from standard input, one JSON a line.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime


class Program:
    """Raises ``LookupError`` if no graph was published."""

    def __init__(self, home: Path) -> None:
        if not (order := home / "inputs.json").exists():
            raise LookupError(f"no model was published in {home}: publish one")
        self._order = json.loads(order.read_text())
        self._session = onnxruntime.InferenceSession(home / "model.onnx", providers=["CPUExecutionProvider"])

    def ask(self, vector: Mapping[str, Any]) -> float:
        """The probability of late, of a vector with None for what is not known."""
        inputs = {name: np.array([[vector[name] or ""]], dtype=object) for name in self._order["categories"]}
        inputs["numbers"] = np.array([[vector[name] for name in self._order["numbers"]]], dtype=float)  # None: NaN
        return float(self._session.run(None, inputs)[0][0, 0])


def main(folder: str) -> int:
    """Answer until there are no more lines; exit status 2 without a model."""
    try:
        program = Program(Path(folder))
    except LookupError as error:
        print(error, file=sys.stderr)
        return 2
    for line in sys.stdin:
        print(program.ask(json.loads(line)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
