"""Deaths of workers over all stores: the queue in a file and in Redis, and huey beside them."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from lab.patterns.form_deaths import Plan, kill_workers
from lab.patterns.form_questions import DEADLY, count_turns, put_model
from lab.patterns.form_sites import read_site
from lab.patterns.form_waits import Row
from lab.patterns.huey_deaths import kill_consumers
from problem.ask_or_queue import Cost
from reference.systems.fti.adapters.engines.local_redis import redis_server

LIGHT, SHORT = 0.1, 0.5
"""Milliseconds a row, where workers are killed: what is looked at is the queue. Seconds of a lease beside a poison."""
FEWER = 10
"""huey, which is slower, gets one question in so many."""


def kill_all(side: ModuleType, folder: Path, asked: Sequence[Row], seeds: Sequence[int]) -> list[Row]:
    """Workers that are killed, by store and seed; and a message that kills whoever has it (``kills`` 0)."""
    models, site, rows = folder / "models", read_site(side), []
    put_model(models, Cost(by_row=count_turns(LIGHT), deadly=DEADLY))
    poisoned = [*asked[:100], {**asked[0], "distance": DEADLY}, *asked[100:200]]
    plans = [(Plan(seed=seed), asked) for seed in seeds]
    for number, (plan, questions) in enumerate([*plans, (Plan(kills=0, lease=SHORT), poisoned)]):
        for store in ("SQLite", "Redis"):
            state = folder / f"{number} {store}"
            state.mkdir(parents=True)
            with redis_server() as address:
                where = f"sqlite:{state / 'queue.db'}" if store == "SQLite" else f"redis://{address}"
                found = kill_workers(site, where, models, state, questions, plan)
            rows.append({"store": store, "kills": plan.kills, **found._asdict()})
    for plan, questions in plans:
        (state := folder / f"{plan.seed} huey").mkdir()
        found = kill_consumers(state / "queue.db", models, questions[: len(asked) // FEWER], plan)
        rows.append({"store": "huey on SQLite", "kills": plan.kills, **found._asdict()})
    return rows
