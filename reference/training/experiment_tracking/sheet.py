"""The first rung: a sheet that is filled in by hand after each run. It costs a minute and a habit."""

import csv
from pathlib import Path

from problem.reruns import Recipe, Run

COLUMNS = ("number", "day", "commit", "seed", "split", "metric")


class Keeper:
    """See ``problem.reruns``."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.file = home / "runs.csv"

    def keep(self, run: Run) -> None:
        """Add a line; a number is used once."""
        if any(row["number"] == str(run.number) for row in self.read_rows()):
            raise ValueError(f"run {run.number} is in the sheet already: give it a number of its own")
        is_new = not self.file.exists()
        with self.file.open("a", newline="") as sheet:
            writer = csv.DictWriter(sheet, COLUMNS, extrasaction="ignore")
            if is_new:
                writer.writeheader()
            writer.writerow(run._asdict())

    def find(self, number: int) -> Recipe:
        """What the line says."""
        for row in self.read_rows():
            if row["number"] == str(number):
                seed, split = int(row["seed"]), float(row["split"])
                return Recipe(row["day"], float(row["metric"]), row["commit"], seed=seed, split=split)
        raise LookupError(f"run {number} is not in the sheet: whoever made it forgot the line")

    def read_rows(self) -> list[dict[str, str]]:
        """All lines by column; none before the first run."""
        if not self.file.exists():
            return []
        with self.file.open(newline="") as sheet:
            return list(csv.DictReader(sheet))
