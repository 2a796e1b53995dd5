"""The training path of a copy of the code with cures applied, run in a process of its own."""

from pathlib import Path

import pandas as pd

from changes.copies import cured_copy, run_in

TRAINING_PATH = """
import sys
import pandas as pd
from pathlib import Path
from problem.facts import load_facts
from problem.world import World
from runner.workers.serving import END, open_system
name, home, asked, out, now = sys.argv[1:]
system, questions, facts = open_system(name, Path(home)), pd.read_parquet(asked), load_facts()
if now:
    system.wake(World(facts, pd.Timestamp(now)))
system.training_features(facts.known_at(END), questions).to_parquet(out)
"""


def offline(name: str, folder: Path, patches: list[Path], now: str = "") -> pd.DataFrame:
    """The training path of a copy with these patches, for the questions in the folder."""
    with cured_copy(patches) as copy:
        where = [str(folder / "copy-home"), str(folder / "asked.parquet"), str(folder / "out.parquet")]
        run_in(copy, ["-W", "ignore", "-c", TRAINING_PATH, name, *where, now])
    return pd.read_parquet(folder / "out.parquet")
