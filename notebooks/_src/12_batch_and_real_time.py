# %% [markdown]
# # 12. Batch and real time: the way from one to the other
#
# **When a question is asked counts for more than who answers it, and the way to asking later is half as long where a feature is a function of facts and an instant.**
#
# **Your bet.** A system answers every evening for tomorrow, and is now to answer when somebody asks (C7). Or it answers when
# asked, and is now to score tomorrow's whole schedule (C8). The article says that these architectures differ so much that moving is
# dear, and that one map covers both.
#
# 1. Which system pays most for C7, which for C8, and which pays nothing?
# 2. The same flight, asked about the evening before and an hour before: how much better is the second answer?
# 3. A new way to ask: does it bring new skew?

# %%
import warnings

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

import pandas as pd

from lab.changes.change_records import read_recorded
from lab.changes.change_requests import BY_ID
from lab.engine.workspace import results_folder
from lab.study.results import read_study_results as study
from lab.study.rulers.skill import describe_simple
from lab.study.scorecard import read_rows
from lab.systems import list_core
from measure.data.days import Days, estimate
from measure.data.scores import log_losses
from measure.figures import impact_map
from problem.facts import load_facts
from problem.questions import NEW_YORK
from publish.notebooks import notebook_picture

cells = [cell for cell in read_recorded() if cell.request in ("C7", "C8")]
table = pd.DataFrame([cell.__dict__ for cell in cells])
print(BY_ID["C7"].text.read_text())
print(BY_ID["C8"].text.read_text())

# %% [markdown]
# ## What the way costs
#
# *Already*: it met the request before anybody touched it.

# %%
sizes = table["nodes"].astype(str).where(table["outcome"] == "patched", table["outcome"])
print(table.assign(size=sizes).pivot(index="request", columns="system", values="size")[list_core()].to_string())

# %%
for cell in cells:
    if cell.outcome == "patched":
        print(
            f"{cell.request} {cell.system:17} {cell.files} files, {cell.functions} functions, {cell.hunks} hunks;",
            "ships:",
            ", ".join(cell.ships["trace"]),
        )

# %%
from lab.changes.change_table import list_touched

notebook_picture.show_picture(
    lambda path: impact_map.draw(list_touched(cells), "fti", path, "From batch to real time, and back")
)

# %% [markdown]
# FTI pays nothing here because it paid before: its store, two ways to read it and its schedules were there before anybody asked for
# the second mode ([lesson 8](08_the_price.ipynb) has that bill). The fair question is whether you will ever be asked.
#
# The modular monolith is the control to look at: one pure function of facts and questions, which does not care when a question is
# asked. What it has to add for real time is the way in, not the features.
#
# ## The patch of the modular monolith

# %%
print(BY_ID["C7"].patch("modular_monolith").read_text())

# %% [markdown]
# ## Does a new way to ask bring new skew?
#
# Features that training and serving see differently, by kind of question, once the request is met. *Predict:* is the new mode better
# or worse than the old one?

# %%
for cell in cells:
    for mode, of in cell.skew.items():
        print(f"{cell.request} {cell.system:17} {mode:10} {len(of['features']):2} features")

# %% [markdown]
# ## What the wait is worth
#
# The same flights of October to December, asked about both ways, FTI answering. *Predict* the two AUCs.

# %%
rows = read_rows(results_folder())
for key in ("served", "served_loss"):
    for mode in ("batch", "real_time"):
        (row,) = [r for r in rows if (r.key, r.system, r.mode) == (key, "fti", mode)]
        print(f"{key:12} {mode:10} {row.value:.3f} [{row.low:.3f}, {row.high:.3f}]")
losses = {(r.system, r.mode): r.value for r in rows if r.key == "served_loss" and r.mode in ("batch", "real_time")}
print("log loss,", describe_simple(study(), "fti", "batch"))
print(f"asking later: {losses['fti', 'batch'] - losses['fti', 'real_time']:.3f} less; who answers, at most:", end=" ")
within = [[loss for (_, of), loss in losses.items() if of == mode] for mode in ("batch", "real_time")]
print(", ".join(f"{max(of) - min(of):.3f} in {mode}" for mode, of in zip(("batch", "real time"), within, strict=True)))

# %%
served = study().table("serve-fti", "served", ["flight_id", "mode", "prediction"])
both = served.pivot(index="flight_id", columns="mode", values="prediction").dropna()
late = load_facts().outcomes.set_index("flight_id")["late"].reindex(both.index)
loss = {mode: log_losses(late.to_numpy(bool), both[mode].to_numpy()) for mode in both}
day = load_facts().flights.set_index("flight_id")["scheduled_at"].reindex(both.index).dt.tz_convert(NEW_YORK).dt.date
later = estimate(Days(day).means(loss["batch"] - loss["real_time"]))
print(f"{len(both):,} flights were asked about both ways; less log loss when asked later, paired by week: {later}")
print("mean prediction, flights late / on time:")
print(
    both.groupby(late.map({1: "late", 0: "on time"})).mean().round(2).rename_axis(index=None, columns=None).to_string()
)

# %% [markdown]
# Compare *asking later* with *who answers*: what the hour before departure is worth beside the evening before, and what the choice among all
# systems of this repository is worth. If you can have only one of the two, take the larger one.
#
# ## A service that is batch by nature
#
# Planners need to know in the evening how many seats tomorrow's passengers will want because their flight comes an hour late or not
# at all (change request C15). Nobody would ask that flight by flight. The forecast is the sum of a third model's predictions on the vectors that
# the night's run has anyway; the benchmark is the *seasonal-naive* forecast: tomorrow will be as the same weekday a week ago.
#
# *Predict:* which part of that benchmark's error does the model avoid?

# %%
from lab.study.rulers import demand_error
from measure.data import backtest

actual, expected = demand_error.read_tables(study(), "fti")
tested = backtest.backtest(actual, expected)
print(f"{tested.rows} airport days; mean error {tested.error.value:.0f} seats, naive {tested.naive.value:.0f}")
print(f"skill {tested.skill.value:.2f} [{tested.skill.low:.2f}, {tested.skill.high:.2f}]")
print(expected.tail(7).round(-1).astype(int).rename_axis(index=None, columns=None).to_string())

# %%
notebook_picture.show_picture(
    lambda path: backtest.draw(actual, expected, path, "seats", "Rebooking seats, foretold the evening before")
)

# %% [markdown]
# *Skill* is the share of the benchmark's error that is avoided. Where its bracket holds 0, these months do not show that a model beats last
# week's same day. `make study` writes both for the planner, `demand.csv` and `demand.png`, to the folder of the figures. A day is *bad*
# below if it needed more than twice the airport's median.

# %%
bad = actual > 2 * actual.median()
after_bad = bad.shift(1, fill_value=False).reindex(expected.index)
came, bad = actual.reindex(expected.index), bad.reindex(expected.index)
for name, days in {
    "bad after a good day": bad & ~after_bad,
    "bad after a bad day": bad & after_bad,
    "good after a bad day": ~bad & after_bad,
    "good after a good day": ~bad & ~after_bad,
}.items():
    print(
        f"{name:22}{days.to_numpy().sum():4} airport days: came {came.where(days).stack().mean():5.0f},",
        f"expected {expected.where(days).stack().mean():5.0f}",
    )

# %% [markdown]
# The evening before, nobody knows of tomorrow's storm; of a second bad day in a row the delays of the first tell a part. A mean of what may
# happen lies above most good days and below most bad ones. It is the wrong number for a planner who wants to be safe: that needs a quantile.
#
# ## One map?
#
# What differs in FTI between the two kinds of question, in the code of its inference pipeline:

# %%
import inspect

from reference.systems.fti import inference

print(inspect.getsource(inference.batch_vectors))
print(inspect.getsource(inference.online_vector))

# %% [markdown]
# Two ways to read, one definition of what is read. Lesson 6 shows where the two reads can still part.
#
# *Your own code.* Count the ways in which a vector is made in your system: `measure.code.cochange` needs the code and two callables.
#
# ## Where the anti-pattern wins

# %%
for request in ("C7", "C8"):
    of = table[(table["request"] == request) & (table["outcome"] == "already")]["system"]
    print(f"{request} was met already by:", ", ".join(of))

# %% [markdown]
# - If nobody ever asks for the second mode, the monolith and the split each carry half of FTI's parts or less, and lesson 5b says whether these
#   months could tell their answers from FTI's.
# - The split answers in real time with the freshest features of all; what it takes to score tomorrow's schedule stands above.
#
# ## To discuss
#
# 1. Which of your batch systems was asked to answer in real time, and what did it cost? Or the other way round?
# 2. Would you pay FTI's price before the second mode is asked for?
#
# ## Threats to validity
#
# - **Construct.** Nodes are not effort; an operations team that learns to run a service is not in the patch.
# - **Internal.** FTI was built for both modes by people who knew that both would be measured.
# - **External.** The patched systems were tested on a small world; how fast the monolith's patched service answers is not measured here.
# - **Conclusion.** Two requests.
