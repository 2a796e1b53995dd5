# %% [markdown]
# # 10. Who fails how: the same faults for everybody
#
# **A job that stops wakes somebody up; what to look for are the faults after which a job goes on and is wrong without a word.**
#
# **Your bet.** Something breaks: a file, a table, a piece of code, a disk. Which jobs go on, which stop and say so, and which go on and are
# wrong?
#
# 1. Which system has the most cells that are *wrong without a word*?
# 2. The disk is full in the middle of a training run. Whose service is down the next morning?
# 3. The feature code raises an error tonight. Who still answers tomorrow?
# 4. Which faults can only FTI have?
#
# Each cell of this lesson is one job of one system under one fault, in a copy of its own. The fault is seen to be there before the job
# starts (a lock is tried, a kill is a real kill by the kernel, inside a file); then the answers are held against those without it.
# `make faults` makes all cells anew; this page reads what it recorded.

# %%
import warnings

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

import pandas as pd

from lab.faults.fault_list import BY_ID, FAULTS
from lab.faults.fault_records import read_recorded
from lab.faults.scene import WRITERS, list_jobs
from lab.systems import list_core
from measure.data.survival import LOUD, OK, OUTCOMES, SILENT, STALE, WRONG
from measure.figures import survival_map
from publish.notebooks import notebook_picture

cells = pd.DataFrame([cell.__dict__ for cell in read_recorded()])
hit = cells[(cells["fault"] != "none") & (cells["outcome"] != "")]
for fault in FAULTS:
    print(f"{fault.title:27} strikes {fault.strikes}")

# %% [markdown]
# ## Outcomes
#
# - **ok**: the answers are those without the fault.
# - **ok but stale**: older values, and the answer states their age rightly (checked against the oracle *at that age*).
# - **fails loud**: an error. **fails silent**: no error, and nothing was done.
# - **wrong**: other answers, no word.

# %%
count = hit.groupby(["system", "outcome"]).size().unstack(fill_value=0)
count = count.reindex(index=list_core(), columns=list(OUTCOMES), fill_value=0)
print(count.rename_axis(index=None, columns=None).to_string())

# %% [markdown]
# Raw counts favour nobody and mean little: FTI has four jobs and a store, so it has more cells, and more that can break. Cell by cell:

# %%
for system in list_core():
    of = hit[hit["system"] == system]
    wide = of.pivot(index="fault", columns="job", values="outcome").reindex([f.id for f in FAULTS]).fillna("–")
    print(f"\n{system}")
    print(wide[list(list_jobs(system))].rename_axis(index=None, columns=None).to_string())
print(f"\n{len(hit)} cells")

# %%
titles = {fault.id: fault.title for fault in FAULTS}
drawn = [
    survival_map.Struck(titles[cell.fault], cell.system, cell.job, cell.outcome or None, cell.after)
    for cell in cells[cells["fault"] != "none"].itertuples()
]
notebook_picture.show_picture(lambda path: survival_map.draw(drawn, path))

# %% [markdown]
# ## Who still answers
#
# Jobs that answer, under the faults that every system can have: the share of cells that are right, or old and say so. *Predict:* who leads, and by how much?

# %%
common = [fault.id for fault in FAULTS if not fault.needs_store]
answering = hit[hit["fault"].isin(common) & hit["job"].isin(["batch", "real_time"])]
survived = answering.assign(right=answering["outcome"].isin([OK, STALE])).groupby("system")["right"]
table = survived.agg(["sum", "count", "mean"]).reindex(list_core())
print(table.assign(mean=table["mean"].map("{:.0%}".format)).rename_axis(None).to_string())

# %% [markdown]
# ## Wrong without a word
#
# *Predict:* which faults does **no** system notice?

# %%
unnoticed = hit[hit["outcome"].isin([WRONG, SILENT])]
print(unnoticed[["fault", "system", "job", "detail"]].to_string(index=False))

# %% [markdown]
# Look first for *raw data a day behind*. Every answer states an age, and under this fault the age is a lie: it counts from the last *refresh*
# or from *now*, not from the newest fact. (A training run is only *stale*: its model's version bears the newest date that it saw.) A refresh that ran on time over a source that stood still looks perfectly fresh. No architecture
# here cures that; a check of the newest event in each source would.
#
# Then for *feature code that returns nulls*. Nulls are values here (an empty window is one), so an answer made of them is an answer. A training
# that makes its whole table anew stops, as the learner refuses a column without any value; a store's history holds the values from before, so
# a training on it goes on, with nulls in the newest rows.
#
# ## What is left after a failure
#
# A job that writes can leave something broken behind. *after*: what it left, once the fault is gone (of training a model that answers,
# of features the vectors). *Predict:* which faults are still felt afterwards, and where?

# %%
felt = hit[hit["job"].isin(WRITERS) & (hit["after"] != OK)]
print(felt[["fault", "system", "job", "outcome", "after"]].to_string(index=False))

# %% [markdown]
# Old values in the store are the next refresh's business. *Wrong* afterwards is not: when a source falls behind, the refreshes of that
# time are stored as complete, and nothing makes up for them when the late facts arrive; nulls that a defect has stored stay in the
# history for every training to come. A system that keeps no features computes them anew from the repaired source. It is the price of
# remembering, and a backfill is the cure.
#
# The first run of this matrix had another table here. `joblib.dump(model, path)` writes over the model in force, so four systems lost it
# when the disk was full or the process was killed; and FTI lost its feature store, as Feast writes over its registry of views at every
# start. Neither had to do with the shape of the system. Three lines mended it in each: write under another name, then rename; tell
# Feast of the views only when they changed. What is left above is what is left after that.
#
# ## Faults that only a store can have
#
# *Predict:* which of them stop the service?

# %%
needs = [fault.id for fault in FAULTS if fault.needs_store]
only = hit[hit["fault"].isin(needs)]
print(only[["fault", "job", "outcome", "detail"]].to_string(index=False))

# %% [markdown]
# ## When the feature code fails

# %%
raised = hit[hit["fault"] == "code_raises"]
print(raised[["system", "job", "outcome", "detail"]].to_string(index=False))

# %% [markdown]
# That is what separate pipelines buy: features may fail while serving goes on, with values that grow old and say so. Whether that is
# better than an error is a decision: [lesson 14](14_freshness.ipynb) shows what a day-old feature costs.
#
# ## How to point it at code of your own
#
# The judge takes tables: answers without and with the fault, and functions for what they should be at the age they state.

# %%
from measure.data.survival import Judge

mine = pd.DataFrame({"id": [1, 2], "x": [1.0, 2.0], "age_x": [0.0, 0.0], "prediction": [0.1, 0.2]})
judge = Judge(mine, ["id"], ["x"], right=lambda seen: seen.assign(x=[1.0, 2.0]), model=lambda seen: seen["x"] / 10)
print(judge.answers(mine.assign(x=[1.0, 9.0], prediction=[0.1, 0.9])))
print(judge.answers(mine.iloc[:1]))

# %% [markdown]
# ## Where the anti-pattern wins

# %%
for fault in FAULTS:
    best = {s: min(OUTCOMES.index(o) for o in g["outcome"]) for s, g in hit[hit["fault"] == fault.id].groupby("system")}
    if fault.needs_store:
        print(f"{fault.title:27} cannot happen to: {', '.join(s for s in list_core() if s not in best)}")
assert set(unnoticed["fault"]) <= set(BY_ID)
loud = hit[hit["outcome"] == LOUD].groupby("system").size()
print("\ncells that stop:", loud.reindex(list_core()).to_dict())

# %% [markdown]
# A program that keeps nothing has nothing to lose: no store that is locked, missing or old.
#
# ## To discuss
#
# 1. Which cells would you rather have loud than stale, and how would you make them so?
# 2. Who in your shop would notice that a source has stood still for a day, and after how long?
# 3. Which of these faults have you had?
#
# ## Threats to validity
#
# - **Construct.** A cell counts as much as any other; how often each fault happens, and what it costs, we do not know. *Model corrupt*
#   hits one block in the middle: another block may be noticed, or not.
# - **Internal.** All systems were mended with this list in hand. FTI had more to mend: a lost part of its store, models and features of
#   two versions (`reference/systems/fti/versions.py`), one view that fails and takes the others along (`reference/systems/fti/features.py`).
# - **External.** One process at a time, on one machine: no network between the parts, which is where many faults live.
# - **Conclusion.** Twelve faults are a list, not a sample.
