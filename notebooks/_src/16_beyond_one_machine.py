# %% [markdown]
# # 16. Beyond one machine (optional)
#
# **A feature keeps its values on many machines only if it is a function of its own key's facts, and whether one machine is too small for it is a question of how much data you have.**
#
# **Your bet.** FTI's engine here is embedded: pandas, DuckDB, SQLite, all in the process that asks. The promise of a feature store
# is that it scales out *by configuration*.
#
# 1. The feature functions know nothing of workers. What must be true of a feature, so that two workers may each make a part of it?
# 2. Sixteen times the flights: how many times the time, and how many times the memory, for each stage?
# 3. At how many years of New York's flights is a machine of 24 GiB full? Which stage fills it?
# 4. Our historical read is an as-of join of our own. Spark, on the same two cores, reads some hundred questions with Feast's store: faster or
#    slower, and how many times?
# 5. Somebody restarts the Redis server at night. Who notices?
#
# Sizes and prices are read from a recorded run (`python -m lab.bench.scale`, `python -m lab.bench.elsewhere`); what runs live here is small.

# %%
import warnings

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

import inspect

import pandas as pd

from lab.bench import elsewhere
from lab.bench.scaling import LABELS, Scaling
from problem.facts import load_facts
from reference.systems.fti.adapters.engines import partitions
from reference.systems.fti.adapters.engines.backends import Embedded, Workers
from reference.systems.fti.adapters.engines.partitions import Task
from reference.systems.fti.adapters.engines.system import NAMES, VARIANTS
from reference.systems.fti.adapters.engines.tasks import TABLES, task
from reference.systems.fti.feature_repo.definitions import EVERY

scaling, prices = Scaling.recorded(), elsewhere.RECORD.value("elsewhere")

# %% [markdown]
# ## The configuration
#
# One file is all that differs. This one has features made by Spark, history read by Feast's Spark store, and the latest values in
# SQLite as before:

# %%
print("variants:", ", ".join(NAMES))
print((VARIANTS / "spark.yaml").read_text())

# %% [markdown]
# It took more than a file to get there. Two lines of it are scars: the history has instants in nanoseconds, which Spark refuses, and
# Feast compares with instants that it writes without a zone. The [page](../docs/beyond_one_machine.md) lists the rest.
#
# ## Two workers, live
#
# A stored feature is a function of the facts of *its own key*. So the facts may be cut by the key, and the same function be run on each
# part:

# %%
print(inspect.getsource(Task.rows))
print(inspect.getsource(partitions.parts))

# %% [markdown]
# Two months of flights, all six views. *Predict:* are the values equal exactly, or up to rounding?

# %%
after, until = (pd.Timestamp(day, tz="America/New_York").tz_convert("UTC") for day in ("2012-12-31", "2013-03-01"))
facts = load_facts().known_at(until)
for view in TABLES:
    one = task(view, EVERY[view], after, until)
    here, there = (place.rows(one, getattr(facts, one.table)) for place in (Embedded(), Workers()))
    print(
        f"{view:18} cut by {', '.join(one.keys):16} {len(here):>7,} rows, equal to the last bit: {here.equals(there)}"
    )

# %% [markdown]
# To the last bit, because delays are whole minutes, and sums of whole numbers do not depend on their order. The mean of a fraction would
# be equal up to rounding, and somebody would have to say what rounding is allowed.
#
# Now a feature that is not a function of its own key's facts: how late is this airport, beside the average of all three? *Predict* what two
# workers make of it.


# %%
def beside_the_average(warehouse, every, after, until):
    means = warehouse.departures.groupby("origin")["dep_delay"].mean()
    return (means - warehouse.departures["dep_delay"].mean()).reset_index().assign(event_timestamp=until)


planted = Task("planted", beside_the_average, "departures", ("origin",), "1h", after, until)
for place in (Embedded(), Workers()):
    made = place.rows(planted, facts.departures).set_index("origin")["dep_delay"]
    print(f"{type(place).__name__:9}", made.round(2).to_dict())

# %% [markdown]
# No error, other values: the worker that has one airport alone finds it average. This is what "scales by configuration" cannot promise, and why
# the tests compare values instead of watching whether it runs.
#
# *Try this:* give the task the key `carrier` and the mean by carrier instead. Which worker errs now?
#
# ## Sixteen years
#
# The same flights again and again, each time 364 days later, so that weekdays stay: 4 and 16 years of them. Aircraft, routes and airports
# are the same ones, so every key's history grows. Each stage ran in a process of its own; memory is the whole process's peak.

# %%
print(f"{'':18}" + "".join(f"{f'{size} years':>24}" for size in scaling.rounds))
for stage in scaling.stages:
    cells = [
        f"{size.seconds:>10,.1f} s {size.peak_mb / 1024:>7.2f} GiB" for size in scaling.medians(stage).itertuples()
    ]
    print(f"{LABELS[stage]:18}" + "".join(f"{cell:>24}" for cell in cells))

# %% [markdown]
# *Predict the exponents*: 1 is linear, 2 is twice the rows, four times the time. The last stage has as many questions at every size and only
# a longer history to find them in.

# %%
print(f"{'':18}{'time':>22}{'CPU':>22}{'memory':>22}")
for stage in scaling.stages:
    grows = [scaling.exponent(stage, column) for column in ("seconds", "cpu", "above_mb")]
    print(f"{LABELS[stage]:18}" + "".join(f"{grown!s:>22}" for grown in grows))
print(
    f"{scaling.load:.0f} processes wanted to run on {scaling.cpus} cores as the run began; rounds:",
    ", ".join(f"{count} of {size} years" for size, count in scaling.rounds.items()),
)

# %%
from lab.bench.scaling import draw
from publish.notebooks.notebook_picture import show_picture

for stage in scaling.stages:
    full = scaling.full(stage)
    print(f"{LABELS[stage]:18} memory is full at {full}, after {full.hours * 60:,.0f} CPU minutes")
show_picture(lambda path: draw(scaling, path))

# %%
print(scaling.sentence())

# %% [markdown]
# ## What the way out costs
#
# The features of nine months, made in three places by turns; Spark runs on this one machine and had been started before. *Predict* the ratios.

# %%
made = pd.DataFrame(prices["features"]).groupby("place", sort=False)["seconds"].agg(["median", "min", "max"])
for place, row in made.iterrows():
    times = row["median"] / made.loc["embedded", "median"]
    print(f"{place:9} {row['median']:6.1f} s [{row['min']:.1f}, {row['max']:.1f}], {times:4.1f} times embedded")
print(f"and {prices['session']:.0f} s until Spark was there")

# %% [markdown]
# Then the historical read: our as-of store against Feast's Spark store, with equal values.

# %%
read = pd.DataFrame(prices["reads"]).pivot(index="questions", columns="store", values="seconds")
for count, row in read.iterrows():
    print(f"{count:>6,} questions: embedded {row['embedded']:6.2f} s, Spark {row['spark']:7.1f} s", end=", ")
    print(f"{row['spark'] / row['embedded']:.0f} times")

# %% [markdown]
# Feast's Spark store joins each question to every earlier row of its key and drops all but the latest. More machines share that work; none
# of it goes away. An engine that grows with rows × history is not saved by a cluster, and an as-of join on one machine goes a long way.
#
# ## Redis
#
# [tests/systems/test_beyond_redis.py](../tests/systems/test_beyond_redis.py) starts a real server and asks it and SQLite for the same hundreds of sets of keys,
# unknown and null ones included, after several refreshes: equal. Its test names tell what else was tried:

# %%

from lab.engine.workspace import REPOSITORY

text = (REPOSITORY / "tests" / "systems" / "test_beyond_redis.py").read_text()
names = [line.split("(")[0].removeprefix("def test_") for line in text.splitlines() if line.startswith("def test_")]
for number, name in enumerate(names, 1):
    print(f"{number:>2}. {name.replace('_', ' ')}")

# %% [markdown]
# A file that is lost is noticed by whoever opens it. A server that was restarted answers: with nulls, and with an age that says they are
# fresh, because the age is kept elsewhere. `reference.systems.fti.adapters.engines.system` asks for one known key when it is opened; a service that runs on still does not notice.
#
# *Your own code:* empty your online store in a test installation, and see which of your monitors says so.
#
# ## Where the anti-pattern wins

# %%
year = scaling.medians("features").loc[1]
print(f"a year: {year['rows']:,.0f} flights, {year['seconds']:.1f} s, on one machine of {scaling.memory_gib:.0f} GiB")
print(f"full at {min(scaling.full(stage).years for stage in scaling.stages):,.0f} years or more")

# %% [markdown]
# - Whoever has data of this size, and most have, needs none of this. The monolith and the split hold a year in memory and are done;
#   what they lack is not scale.
# - Look at the factor above. A team that starts with a cluster "to be ready" pays on every run for a day that may not come.
# - Every further engine is a further place in which values can part: four of the differences on the page are between stores of *one* product.
# - What FTI does have is a seam: features left this process without a line of their code changed. The modular monolith has the same seam
#   (lesson 9, C12), and no store.
#
# ## To discuss
#
# 1. Which of your features are functions of their own key's facts? Who would notice one that is not?
# 2. How many years of your data fit into the largest machine that you can rent? What does it cost beside a cluster?
# 3. What states the age of a value in your system: the store that holds it, or something beside it?
#
# ## Threats to validity
#
# - **Construct.** Copies of a year are not sixteen years: no new aircraft, routes or carriers. More keys would grow the online store, and Redis.
# - **Internal.** Few rounds, and the machine was shared with other work: wall seconds are noisier than CPU seconds; compare both. Memory is read
#   by the process itself, of that process alone.
# - **External.** Local mode says nothing of a cluster: no network, no stragglers, no price. The point at which a machine is full is a line
#   drawn on past the largest size measured.
# - **Conclusion.** "Move before it is full" is about memory. You may run out of patience first: the minutes stand beside it.
