"""Which settings the one learner has: chosen once, for all systems, on folds within the training months alone.

``python -m lab.study.learner_choice`` makes every system's training table, scores the candidates, records the scores.

The rule: of the candidates with codes as plain numbers, which alone export exactly, the lowest mean rank of log loss
over all tables and folds leads. Of those whose mean loss is at most ``NEAR_TIE`` above the leader's, the one with the
fewest tree nodes is taken, as the cheapest to fit; of equally cheap ones the one with the lower rank.

Two things were added when the scores on the training months were there, and before any such model had served: the
order among equally cheap candidates, and ``MOST_ROWS``. Without the second, 200 rows a leaf would have been taken.
"""

import sys

import pandas as pd

from lab.engine.command import open_console, run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY, open_workspace, study_folder
from lab.study.steps.learner_scores import CANDIDATES
from lab.systems import find_system, list_core

RECORD = Recorded(REPOSITORY / "lab" / "study" / "records" / "learner.json")
NEAR_TIE = 0.001
"""Nats a row."""
MOST_ROWS = 50
"""Rows a leaf: change requests are replayed in a small world with 900 questions to learn from, and larger leaves would
learn nothing there."""
WIDTH = 160


def choose(scores: pd.DataFrame) -> str:
    """The candidate that the rule picks; ``scores`` as ``score_candidates`` leaves them, of all systems."""
    of = rank_candidates(scores)
    leader = of["loss"][of["rank"].idxmin()]
    return str(of[of["loss"] < leader + NEAR_TIE].sort_values(["nodes", "rank"]).index[0])


def rank_candidates(scores: pd.DataFrame) -> pd.DataFrame:
    """By candidate that can be picked: mean ``rank`` and mean ``loss`` over tables and folds, and all ``nodes``."""
    eligible = scores[scores["candidate"].isin(list_eligible())]
    ranked = eligible.assign(rank=eligible.groupby(["table", "fold"])["loss"].rank())
    return ranked.groupby("candidate").agg({"rank": "mean", "loss": "mean", "nodes": "sum"})


def list_eligible() -> list[str]:
    """The candidates that can be picked."""
    return [name for name, settings in CANDIDATES.items() if settings["min_samples_leaf"] <= MOST_ROWS]


def read_scores() -> pd.DataFrame:
    """What was recorded, of all systems, as ``score_candidates`` left it."""
    return pd.DataFrame([row for rows in RECORD.values().values() for row in rows])


def describe(scores: pd.DataFrame) -> str:
    """A line a candidate: its mean log loss by table, in nats a row, and what it is ranked by."""
    losses = scores.pivot_table("loss", "candidate", "table")
    return str(losses.join(rank_candidates(scores)).sort_values("rank").round(4).to_string())


def plan_choice() -> list[Step]:
    """One step a system."""
    return [_plan_scores(name) for name in list_core()]


def _plan_scores(name: str) -> Step:
    system, call = find_system(name), "lab.study.steps.learner_scores:score_candidates"
    title = f"{name}: candidates for the learner"
    return Step(f"learner-{name}", call, title, {"name": name}, loads=system.modules, data=system.data)


def compute_digests() -> dict[str, str]:
    """By step, the digest of all that its scores depend on, as it is now."""
    return digest_of_steps(plan_choice())


def run_choice() -> int:
    """Score all candidates on all tables, record the scores, say what the rule picks; exit status 0."""
    steps = plan_choice()
    with open_workspace(study_folder()) as home:
        with Display(open_console(WIDTH)) as display:
            Executor(steps, home / "learner", display).run()
        scores = {step.name: pd.read_parquet(home / "learner" / step.name / "scores.parquet") for step in steps}
    RECORD.write({name: table.to_dict("records") for name, table in scores.items()}, compute_digests())
    print(f"{describe(read_scores())}\nThe rule picks: {choose(read_scores())}")
    return 0


if __name__ == "__main__":
    sys.exit(run_guarded("learner", run_choice))
