"""One person's folder: a notebook that is always the latest, the latest pickle, and the mails that told the metric.

The notebook is tidy and runs from top to bottom; its author knows by heart what was tried in June. When the project is
handed over, ``pip freeze`` goes into the folder, too.
"""

import json
import re
import shutil
from pathlib import Path

from problem.reruns import Recipe, Run

MAIL = "To the team, {day}: run {number} gives a log loss of {metric:.4f}.\n"
READ = re.compile(r"To the team, (?P<day>\S+): run (?P<number>\d+) gives a log loss of (?P<metric>[\d.]+)\.")


class Keeper:
    """See ``problem.reruns``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def keep(self, run: Run) -> None:
        """Write the mail; notebook, pickle and the versions are those of the latest run."""
        with (self.home / "mails.txt").open("a") as mails:
            mails.write(MAIL.format(**run._asdict()))
        shutil.copy(run.model, self.home / "model_final.joblib")
        shutil.copy(run.lock, self.home / "requirements.txt")
        cell = {"SEED": run.seed, "TEST_SIZE": run.split, "code": run.commit}
        (self.home / "notebook.json").write_text(json.dumps(cell))

    def find(self, number: int) -> Recipe:
        """What the mail says; all else is as the notebook is today."""
        mails = self.home / "mails.txt"
        for mail in READ.finditer(mails.read_text() if mails.exists() else ""):
            if int(mail["number"]) == number:
                return Recipe(mail["day"], float(mail["metric"]))
        raise LookupError(f"no mail tells of run {number}: ask whoever made it")
