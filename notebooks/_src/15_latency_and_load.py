# %% [markdown]
# # 15. Latency and load: what a caller waits (optional)
#
# **Measure a wait as callers meet it, in an open loop and at a rate that is held: a closed loop, or a rate beyond saturation, measures something else.**
#
# **Your bet.** How long does a caller wait for FTI's service, which reads a feature store, for the split's, which has its state in memory,
# for a model server that is simply given the finished vector, and for an endpoint that does nothing? And how many callers can each of them
# take?
#
# 1. A service works on one request at a time. 49 answers take 2 ms each, the fiftieth takes 200. Sixty requests come a second. Which
#    share of the callers waits more than 50 ms? Which share does a load test find that sends a request when the last one is answered?
# 2. One request, nobody else there: FTI reads a store and runs two models; `mlflow models serve` gets the vector and runs one. Who is
#    faster?
# 3. Where does FTI's time go: stored features, on-demand features, models, or none of these?
# 4. Which of the two systems takes more requests a second, and by how much?
# 5. A service process is started. How long until it has answered for the first time?

# %%
import warnings

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

import inspect
from functools import partial

import numpy as np
import pandas as pd

from lab.bench.answers import RECORD as SERVING
from lab.bench.answers import recorded
from lab.bench.services import LOOKS
from lab.load import load_figure, planted_waits
from lab.load.endpoint import Endpoint
from lab.load.loops import closed_loop, open_loop
from lab.load.saturation import HELD
from lab.load.served_system import uvicorn
from lab.study.results import read_study_results
from lab.study.rulers import price_panel
from measure.figures.figure_style import Look
from publish.notebooks.notebook_picture import show_picture

QUANTILES = (0.5, 0.95, 0.99)
run, study = recorded(), read_study_results()

# %% [markdown]
# ## A ruler that lies
#
# The service of the first question, in a process of its own:

# %%
print(inspect.getsource(planted_waits.stalling))

# %% [markdown]
# An *open loop* sends each request when it is due, as callers do who do not know of one another; a wait counts from that instant. A
# *closed loop* waits for the answer before it asks again. Both ask for the same rate here. What should come out can be computed: while
# the service stalls, requests go on coming.

# %%
RATE, SECONDS, SLOW = 60, 10, 50
requests = RATE * SECONDS
stalls = requests // planted_waits.STALLS_EVERY
queued = RATE * (planted_waits.STALL - SLOW / 1000)
print(f"{requests} requests, {stalls} stalls; in each, {queued:.0f} callers come early enough to wait over {SLOW} ms")
print(f"so {stalls * queued / requests:.0%} of the callers wait; a closed loop meets {stalls / requests:.0%}")

# %%
with uvicorn(planted_waits.STALLING) as url:
    service = Endpoint(url + "/", [b"{}"])
    opened = open_loop(service, RATE, SECONDS)
    closed = closed_loop(service, 1, requests, RATE)
seen = {"open": opened, "closed": closed}
slow = {name: int(np.sum(result.waits > SLOW)) for name, result in seen.items()}
print("both sent", len(opened.waits), "requests; all answered:", not opened.failures and not closed.failures)
print("the open loop saw more than three times as many slow answers:", slow["open"] > 3 * slow["closed"])
drawn = {name: result.tail for name, result in seen.items()}
show_picture(partial(load_figure.draw_loops, drawn, Look("Stalling service", "#333333", "o", "")), width=720)

# %% [markdown]
# The closed loop is not noisier or less exact: it answers another question. It tells how long *one caller who waits* waits. While the
# service stalls it asks nothing, so the stall is met once instead of by all who came during it (*coordinated omission*). From here on,
# everything under load is an open loop.
#
# ## One request at a time
#
# The four services, each a process, asked by turns by one caller, order turned round every round; recorded in one run on one machine
# (`python -m lab.bench.serving --record`). *Predict* who is faster.

# %%
print(", ".join(f"{name} {value}" for name, value in SERVING.made("serving").items()))
print(f"\n{'':20}" + "".join(f"{f'p{100 * q:g}':>10}" for q in QUANTILES) + "   ms")
for name in run.services:
    waits = run.alone(name)
    print(f"{LOOKS[name].label:20}" + "".join(f"{waits.at(q):10.1f}" for q in QUANTILES) + f"   n = {waits.requests:,}")

# %% [markdown]
# As ratios, with the extremes over the rounds. The aims were set before anything was built: FTI at most a quarter of MLflow's, and at most
# two and a half times what an endpoint takes that does nothing, behind the same server.

# %%
for name, ratio in run.values["ratios"].items():
    print(f"{name:38}{ratio['ratio']:6.2f}  [{ratio['low']:.2f}, {ratio['high']:.2f}], {ratio['rounds']} rounds")
for pair, aim in run.values["target"].items():
    verdict = "met" if aim["met"] else f"missed by a factor of {aim['ratio'] / aim['aim']:.2f}"
    print(f"{pair}: at most {aim['aim']}: {verdict}")

# %% [markdown]
# A ratio to MLflow says little about feature stores. MLflow's server makes a table of one row and asks the pipeline as it was saved; our
# service asks a graph, exported when the model was registered and refused then if it answered otherwise
# ([parts/model_export/compared_graph.py](../parts/model_export/compared_graph.py)). What a store costs shows between FTI and the split, which
# share that service.
#
# FTI's store is read by one statement for all its views ([reference/systems/fti/latest_store.py](../reference/systems/fti/latest_store.py)); Feast's
# own read asks its registry and one table after the other. What is left beyond doing nothing is in the next table. The split, which reads
# nothing but dictionaries, shows how much of it belongs to the service and not to the store.
#
# ## Where the time goes
#
# By the services' own clocks (`/metrics`), on the mean. *The way* is what a caller waits beyond it.

# %%
for name in run.values["parts"]:
    parts = run.parts(name)
    print(f"{LOOKS[name].label}, {sum(parts.values()):.1f} ms:")
    for part, ms in parts.items():
        print(f"    {part:18}{ms:6.2f} ms {ms / sum(parts.values()):6.0%}")

# %% [markdown]
# ## In one process: the first answer, and the next
#
# No network and no load: seconds from the start of a process to its first answer, facts loaded and state rebuilt, and milliseconds of one
# prediction after the other. For the monolith, one prediction *is* a nightly run. The study times this on the machine that it runs on, so this
# is the one output that is not compared; below it are the waits of the two loops above.

# %% tags=["nbval-ignore-output"]
rows = pd.DataFrame(price_panel.rows(study)).astype({"value": float})
waits = rows[rows["key"].isin(["first_answer", "latency"])].pivot_table(
    "value", ["key", "part", "mode"], "system", sort=False
)
print(waits[study.systems].rename_axis(index=[None] * 3, columns=None).to_string(float_format="%.3g", na_rep="–"))
for name, result in seen.items():
    waits = "  ".join(f"p{100 * q:g} {result.quantile(q):6.1f} ms" for q in QUANTILES)
    print(f"{name:7} {waits}   over {SLOW} ms: {np.mean(result.waits > SLOW):.1%}")

# %% [markdown]
# ## Ever more requests
#
# Each service alone. Rates rise until less than a stated share of what was asked came back within the deadline. *Predict:* one caller at
# a time gets a certain number of answers a second; at which multiple of it is a service saturated?

# %%
found = run.saturations()
for look, saturation in found.items():
    (name,) = [name for name in run.services if LOOKS[name] == look]
    able = 1000 / run.alone(name).at(0.5)
    print(
        f"{look.label:20} held {saturation.point:5.0f} a second, {saturation.point / able:.1f} of what one caller gets"
    )
print(f"held: {HELD:.0%} of the offered rate within {saturation.deadline:g} ms")

# %%
show_picture(partial(load_figure.draw_rates, found))

# %% [markdown]
# Left of the ring the median is about that of one caller, while the tail grows; at the ring itself there is a queue already. Right of it the queue grows for as long as the rate lasts, and
# a wait says how long we went on, not how fast the service is: a latency without its rate means nothing.
#
# ## The same two loops, on a real service
#
# FTI at a rate that it can hold. There is no planted stall here; what one caller meets as a slow answer, a stream of callers meets as a
# queue.

# %%
loops = run.loops("fti")
print(f"{run.rate('fti'):g} requests a second, both loops")
for name, tail in loops.items():
    print(f"{name:7}" + "  ".join(f"p{100 * q:g} {tail.at(q):6.1f} ms" for q in QUANTILES))
show_picture(partial(load_figure.draw_loops, loops, LOOKS["fti"]), width=720)

# %% [markdown]
# *Your own service.* Put one JSON body a line into a file:
#
#     python -m lab.load http://127.0.0.1:8000/predict bodies.jsonl --rate 50 --seconds 10
#     python -m lab.load http://127.0.0.1:8000/predict bodies.jsonl --rate 10 --saturate
#
# It prints what the generator itself can do, too: a generator that is slower than the service measures itself. One that is late because
# something else had the processor adds its lateness to every wait, so the lateness is told with each run.

# %%
ceiling = run.values["ceiling"]
highest = max(saturation.point for saturation in found.values())
late = max(step.lag for saturation in found.values() for step in saturation.steps if step.held)
print(f"the generator can do {ceiling['rate'] / highest:.0f} times the highest rate held")
print(f"at rates that were held, one request in a hundred left it up to {late:.0f} ms late")

# %% [markdown]
# ## Half an hour of trouble
#
# `make soak`: callers ask all the time while the feature pipeline refreshes every minute, new champions are registered, and the service
# is killed with `kill -9` and started again. Then every answer that a caller got is looked for in the log, every logged prediction is made
# again with the model of its stated version, and a sample of the logged vectors is held against the oracle at their stated ages.

# %%
from lab.load.soak.soak_run import RECORD

soak = RECORD.value("soak")
plan, verdict = soak["plan"], soak["verdict"]
print(f"{plan['seconds'] / 60:.0f} minutes, {plan['rate']} requests a second, {soak['refreshes']} refreshes,", end=" ")
print(
    f"{soak['champions']} pairs of champions, {len(soak['down'])} kills (up again in {max(soak['down']):.0f} s at most)"
)
for name, count in verdict.items():
    print(f"{name.replace('_', ' '):20}{count:7,}")

# %% [markdown]
# A restart under load takes longer than a first answer alone (lesson 8), most of it for FTI's libraries: with one process, that is how long nobody is answered. Two processes behind a
# balancer would hide it; the log's bound would stay, for each writes its own file.
#
# ## Where the anti-pattern wins

# %%
for q in QUANTILES:
    waits = {LOOKS[name].label: run.alone(name).at(q) for name in ("split", "fti")}
    print(f"p{100 * q:g}, one caller: the shorter wait is that of", min(waits, key=waits.get))
stored = {LOOKS[name].label: run.parts(name)["stored"] for name in ("split", "fti")}
print("stored features:", ", ".join(f"{label} {ms:.2f} ms" for label, ms in stored.items()))
points = {name: saturation.point for name, saturation in zip(run.loaded, found.values(), strict=True)}
print("requests a second:", ", ".join(f"{LOOKS[name].label} {point:.0f}" for name, point in points.items()))

# %% [markdown]
# - State in the process's own memory is the fastest store there is, and it needs no schema, no second process and no network.
# - It is also lost with the process, and a second process needs a second copy of it: see above what its
#   first answer takes.
#
# ## To discuss
#
# 1. Which loop did the last load test run that you believed?
# 2. A deadline of what length would your callers set, and what do you answer when it has passed?
# 3. Would you rather have a service that is twice as fast, or one that says when it is saturated?
#
# ## Threats to validity
#
# - **Construct.** MLflow's service does less (one model, no features) and is given more. It was not tuned, and neither was its number
#   of workers: every service is one process.
# - **Internal.** Generator and service share a machine of two cores; what else ran on it is in *load* above. The questions are of one
#   day and asked at one instant, so the store does not change while it is read. A deadline of the service's own turns a store that is
#   too slow into an answer from nulls.
# - **External.** Loopback is no network; SQLite is no store for many processes. Requests come evenly spaced; real ones come in bunches,
#   for which every queue is longer.
# - **First answers** count everything that one process does until it has answered, at the first moment after training, when FTI's store is
#   as fresh as it can be; the split has to rebuild its state first. One batch prediction is timed a few times only.
# - **Conclusion.** A p99 of some thousand requests rests on some ten of them: look at the rounds' extremes. The saturation point is
#   known to one step of the ladder.
