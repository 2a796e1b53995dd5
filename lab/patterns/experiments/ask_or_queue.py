"""Ask, queue, or prepare: who waits, what is lost and what it costs, steadily, in a burst, and when workers die."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.load.saturation import find_ceiling
from lab.patterns.asked_flights import choose_flights
from lab.patterns.asked_flights import make_questions as make_crowd
from lab.patterns.form_bursts import Burst, kill_once, send_bursts
from lab.patterns.form_killings import kill_all
from lab.patterns.form_loads import compare, count_capacity, follow_loads
from lab.patterns.form_questions import MILLISECONDS, count_turns, encode, put_model, write_list
from lab.patterns.form_questions import make_questions as make_bodies
from lab.patterns.form_reads import find_turns, pick_cpu, sweep_crowd, time_jobs
from lab.patterns.form_sites import RunningForm, read_site, run_forms, run_job
from lab.patterns.form_sites import tell as tell_site
from lab.patterns.form_waits import QUANTILES, Row
from problem.ask_or_queue import Cost
from problem.facts import load_facts

ALONE = True
SINGLE, WAIT, QUEUE, BATCH, EXHIBIT = "web_single", "synchronous", "asynchronous", "batch", "one_form"
CAPACITY = 1000 / MILLISECONDS
BY_ROW, BY_CALL = "by the row", "by the call"
ROW_OF_CALL = 0.02
"""Milliseconds that a row takes of a model that is dear by the call."""
PERIODS = ("24h", "6h", "1h", "15min")
SHARES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)


class Size(NamedTuple):
    """How much is measured. ``loads``: shares of the capacity, each for so many ``seconds`` in so many ``rounds``.

    ``smaller``: a burst that the web side of every form can take.
    """

    loads: Sequence[float]
    seconds: float
    rounds: int
    burst: Burst
    smaller: Burst
    killed: float
    accepted: int
    seeds: Sequence[int]
    listed: int
    jobs: int
    days: tuple[str, str]
    milliseconds: float = MILLISECONDS


FULL = Size(
    loads=(0.2, 0.5, 0.8, 1.0),
    seconds=1.0,
    rounds=3,
    burst=Burst(rate=10 * CAPACITY, seconds=5, travellers=20),
    smaller=Burst(rate=3 * CAPACITY, seconds=5, travellers=20),
    killed=3.0,
    accepted=10_000,
    seeds=(0,),
    listed=600,
    jobs=2,
    days=("2013-10-07", "2013-12-02"),
)


def measure(folder: Path, sides: Mapping[str, ModuleType], size: Size = FULL) -> dict[str, Any]:
    """Waits, goodput, failures and CPU of each form; raises ``NoServer`` without Redis."""
    turns = count_turns(size.milliseconds)
    facts = load_facts()
    asked = make_bodies(facts, round(size.burst.rate * size.burst.seconds))
    put_model(folder / "models", Cost(by_row=turns))
    prepare(sides[BATCH], asked, folder)
    ceiling = find_ceiling(encode(asked)[0])
    with run_forms(sides, folder / "models", folder) as forms:
        found = load_forms(forms, encode(asked), folder, size)
    deaths = kill_all(sides[QUEUE], folder / "deaths", asked[: size.accepted], size.seeds)
    found |= {"turns": turns, "ceiling": ceiling.rate, "deaths": deaths}
    found |= count_costs(sides[BATCH], folder / "jobs", asked[: size.listed], turns, size)
    middle = [row for row in found["steady"] if row["rate"] == size.loads[len(size.loads) // 2] * CAPACITY]
    found |= find_turns(found["jobs"], pick_cpu(middle, SINGLE), pick_cpu(middle, BATCH), found["reads"])
    return {"headline": tell(found), **found}


def prepare(side: ModuleType, asked: Sequence[Row], folder: Path) -> None:
    """Let the job of batch answer all of these before they are asked; what that costs is measured elsewhere."""
    put_model(folder / "cheap", Cost())
    write_list([*asked], folder / BATCH)
    run_job(read_site(side), tell_site(folder / "cheap", folder / BATCH))


def load_forms(forms: Mapping[str, RunningForm], bodies: Sequence[bytes], folder: Path, size: Size) -> dict[str, Any]:
    """What callers of the running forms see: capacity, steady loads, one kill, a burst."""
    alone = {name: form for name, form in forms.items() if name not in (QUEUE, BATCH)}
    capacity = {name: count_capacity(form, bodies, round(CAPACITY * size.seconds)) for name, form in alone.items()}
    rates = [load * CAPACITY for load in size.loads]
    steady = list(follow_loads(forms, bodies, rates, size.seconds, size.rounds))
    killed = [kill_once(forms[name], bodies, CAPACITY / 2, size.killed) for name in (EXHIBIT, WAIT, QUEUE)]
    bursts = [
        *send_bursts(forms, (EXHIBIT, SINGLE, WAIT, QUEUE), {QUEUE: WAIT}, bodies, folder, size.smaller),
        *send_bursts(forms, (EXHIBIT, WAIT, QUEUE, BATCH), {QUEUE: WAIT}, bodies, folder, size.burst),
    ]
    return {"capacity": capacity, "steady": steady, "killed": killed, "bursts": bursts, "ratios": compare_all(steady)}


def compare_all(steady: Sequence[Row]) -> list[Row]:
    """Waits over those of synchronous, until the answer is there, and CPU over web single."""
    waits = [row for key in QUANTILES for row in compare(steady, WAIT, key, part="until_answered")]
    return [*waits, *compare(steady, SINGLE, "cpu")]


def count_costs(side: ModuleType, folder: Path, asked: Sequence[Row], turns: int, size: Size) -> dict[str, Any]:
    """CPU of jobs, and what the crowd of callers reads of what they prepare."""
    by_call = Cost(by_call=turns, by_row=round(turns * ROW_OF_CALL / size.milliseconds))
    jobs = time_jobs(side, folder, asked, {BY_ROW: Cost(by_row=turns), BY_CALL: by_call}, size.jobs)
    crowd = make_crowd(choose_flights(load_facts(), *size.days))
    return {"jobs": jobs, "questions": len(crowd), "reads": list(sweep_crowd(crowd, PERIODS, SHARES))}


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    large = max(row["rate"] for row in found["bursts"])
    burst = {row["form"]: row for row in found["bursts"] if row["rate"] == large}
    killed = [row for row in found["deaths"] if row["kills"] and row["stated"]]
    turns = {row["kind"]: row["value"] for row in found["turns"]}
    good = {name: burst[name]["travellers"]["good"] for name in (EXHIBIT, WAIT, QUEUE)}
    lost, twice, accepted = (sum(row[key] for row in killed) for key in ("lost", "twice", "accepted"))
    return (
        f"in a burst of ten times capacity one form answers {burst[EXHIBIT]['good']:.1%} in time, synchronous "
        f"{burst[WAIT]['good']:.1%}, and the queue {burst[QUEUE]['until_answered']['taken']:.0%} in the end, after "
        f"{burst[QUEUE]['last']:.0f} s; travellers meanwhile: {good[EXHIBIT]:.0%}, {good[WAIT]:.0%}, and "
        f"{good[QUEUE]:.0%} beside the queue; of {accepted:,} accepted over kills {lost} lost, {twice} handled twice; "
        f"batch pays from {turns[BY_ROW]:.2f} reads of an answer on if the model is dear by the row, "
        f"{turns[BY_CALL]:.3f} by the call"
    )
