"""Starts all branches at once and merges what they leave.

The branches were cron jobs of their own before; one launcher starts them now. A branch that fails is named in the
mail, and the merge takes the table that it left last: the desk wants its risks in the morning.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from antipatterns.training.too_many_pipes.branches import BRANCHES
from problem.nightly import COLUMNS, Site, ask_risks, describe_flights, fit_risk, write_output


class Job:
    """See ``problem.nightly``."""

    def __init__(self, home: Path, site: Site) -> None:
        self.home, self.site = home, site

    def run(self) -> list[str]:
        """Branches side by side, then the merge."""
        self.home.mkdir(parents=True, exist_ok=True)
        said = []
        with ThreadPoolExecutor(len(BRANCHES)) as pool:
            running = {branch.__name__: pool.submit(branch, self.home, self.site) for branch in BRANCHES}
        for name, branch in running.items():
            if error := branch.exception():
                said.append(f"{name} failed: {type(error).__name__}: {error}")
        try:
            self._merge()
        except (OSError, ValueError, KeyError) as error:
            said.append(f"the merge failed: {type(error).__name__}: {error}")
        return said

    def _merge(self) -> None:
        tables = {name: pd.read_csv(self.home / f"{name}.csv") for name in COLUMNS}
        rows = describe_flights(tables)
        risks = ask_risks(fit_risk(rows, self.site.today), rows, self.site.today)
        write_output(self.home, "risks", self.site.today, risks)
