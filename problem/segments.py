"""One model or several: who fits and who answers, for flights that fall into segments by one of their features."""

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Models(Protocol):
    """The door of every side. ``count``: how many models there are to keep."""

    count: int

    def __init__(self, rows: pd.DataFrame, by: str) -> None:
        """Fit on rows with ``FEATURES`` and ``late``, oldest first; ``by``: the feature whose values are segments."""

    def predict(self, rows: pd.DataFrame) -> Floats:
        """The probability that each flight is late, by row, for segments that were never seen, too; shape (rows,)."""
