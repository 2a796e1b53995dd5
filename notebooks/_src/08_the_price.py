# %% [markdown]
# # 8. The price: what each shape takes to run
#
# **Every shape is paid for, one in parts and upkeep, another in care and in work done twice; a panel of costs shows where, and cannot add it up for you.**
#
# **Your bet.** The lessons before measured what a shape gives. What does it take: code, jobs, bytes, memory, time?
#
# 1. How many times the monolith's code is FTI's? How many programs run, on how many schedules?
# 2. Of the values that FTI stores, which share has no training run ever read?
# 3. A process that holds 300 MB starts a child that does nothing. How much memory does the child report?
# 4. Give the features a second worker, and nothing else. How much faster is training as a whole?
# 5. On how many lines of the panel is FTI the cheapest? Which?
# 6. How much of FTI's price is the shape's, and how much that of Feast and MLflow?
#
# What a caller waits is [lesson 15](15_latency_and_load.ipynb).

# %%
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from lab.study.results import read_study_results
from lab.study.rulers import library_share, price_panel
from lab.study.verdicts import find_winners, judge_ratio
from lab.systems import find_system, list_core
from measure.cost import footprint, price_ratios
from publish.notebooks.notebook_picture import show_picture

study = read_study_results()

# %% [markdown]
# ## Against FTI, first: code, jobs, schedules
#
# Code is counted in nodes of the syntax tree without docstrings: neither long lines nor many comments weigh more. Nodes are not
# effort, and an engine that we import costs no node. Jobs and schedules are *declared* by us, on each system's card
# ([FTI's](../reference/systems/fti/card.toml)), not measured.

# %%
sizes = {name: footprint.size(find_system(name).code) for name in list_core()}
base = sizes["monolith"].nodes
print(f"{'':18}files   nodes   to the monolith   jobs   schedules")
for name, size in sizes.items():
    jobs, schedules = find_system(name).jobs, find_system(name).schedules
    print(f"{name:18}{size.files:>5}{size.nodes:>8,}{size.nodes / base:>16.1f}{len(jobs):>9}{len(schedules):>9}")
for name in list_core():
    print(f"\n{name}: {', '.join(find_system(name).jobs)}\n    {', '.join(find_system(name).schedules)}")

# %% [markdown]
# Is that fair? The monolith answers in batch only, the split in real time only, and their controls (the modular monolith, the split with a
# shared library) as they do; FTI does both. One of its four jobs could go if one way of asking did. The files and nodes of its feature
# pipeline could not.
#
# *Your own code.* Any folders and files will do.
#
# *Try this:* put the path of a system of yours in the list.

# %%
MINE = [Path(footprint.__file__)]

print(footprint.size(MINE))

# %% [markdown]
# ## Bytes kept, and values that nobody reads
#
# What lies on the disk after training, and what of it are models. *Predict:* what weighs more in FTI, its features or its models?

# %%
kept = {name: pd.Series(price_panel.measure_kept(study, name)) for name in study.systems}
print(f"{'':18}{'files':>7}{'all, MB':>10}{'models':>9}{'features':>10}")
for name, files in kept.items():
    features = files[files.index.str.startswith("home/features")].sum()
    models, every = files.sum() - features, files.sum()
    print(f"{name:18}{len(files):>7}{every / 1e6:>10.1f}{models / 1e6:>9.1f}{features / 1e6:>10.1f}")

# %% [markdown]
# FTI keeps two models per target, one for each way of asking, and a registry with every version; the others overwrite one file. Its
# features are kept twice: the history, for training, and the newest row of every key, for the service.
#
# A store computes in advance, so it may compute in vain. Every training row of both kinds of question, January to September, was
# looked up in the history: which of its rows did any of them hit?

# %%
table = study.table("unread-fti", "unread").set_index("view")
never = 1 - table["read"] / table["rows"]
for view, share in never.items():
    print(f"{view:20}{table.loc[view, 'rows']:>9,} rows stored, never read {share:>6.1%}")
values = table["rows"] * table["values"]
print(
    f"{'values, all views':20}{values.sum():>9,}             never read {(never * values).sum() / values.sum():>6.1%}"
)

# %% [markdown]
# The pipeline writes a row only where a value can have changed, and how much of that anybody asks about depends on who asks. A store for many
# customers, of whom few come back, would look worse. The split and the monolith store nothing, so they waste nothing; they
# compute again instead (lesson 7).
#
# ## Memory: a ruler that lies
#
# The usual way to ask for a child's peak is `ru_maxrss`. We hold 300 MB and start a child that does nothing at all. *Predict:* what
# does it report?

# %%
ballast = np.ones(300_000_000 // 8)
ask = "import resource as r, re; peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]; "
ask += "print(r.getrusage(r.RUSAGE_SELF).ru_maxrss, peak)"
said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
for ruler, kilobytes in zip(("ru_maxrss", "VmHWM"), said.split(), strict=True):
    print(f"{ruler:10} of a child that does nothing: over 200 MB? {int(kilobytes) > 200_000}")

# %% [markdown]
# `ru_maxrss` is handed down from the parent. Whoever measures stages from a fat driver measures the driver. So every stage of the
# panel ran in a process of its own, and read its own high-water mark, set back when the stage began: interpreter, libraries, facts and
# questions do not count. Libraries load at their first use, some of them in the middle of a stage, so each stage was rehearsed on a
# few days of facts before; and memory that was freed by then was given back, or the stage would have used it unseen. (Without the first,
# a stage of FTI is charged for Feast and MLflow; without the second, the monolith's night seems to need next to nothing.)
#
# *Your own code:* any call without arguments. *Try this:* `np.ones(25_000_000).cumsum()`: how many arrays are alive at the peak?

# %%
_, peak = footprint.peak_above(lambda: np.ones(25_000_000))
print(f"an array of {25_000_000 * 8 / 1e6:.0f} MB: peak {round(peak / 1e7) * 10} MB above what was there")

# %% [markdown]
# ### Over-provisioning
#
# One program gets one size of machine: that of its hungriest stage, also while it does something small. *Predict:* training needs
# 8 GB and serving 1; what does it cost to ship them as one?

# %%
needs = {"train": 8.0, "serve": 1.0}
for said, deployables in (("one program", {"all": ["train", "serve"]}), ("two", {"a": ["train"], "b": ["serve"]})):
    print(f"{said:12} reserves {footprint.over_provisioning(needs, deployables):.2f} times what is needed")

# %% [markdown]
# ## A second worker
#
# "The feature pipeline scales by itself." It does; the rest does not (Amdahl 1967). If features take a share of the time, and only they
# get a second worker, the whole becomes at most so much faster.
#
# *Predict:* features take half of the time. How much faster with a thousand workers?

# %%
for share in (0.2, 0.5, 0.8, 0.95):
    gains = [footprint.amdahl(share, 1 - share, workers) for workers in (2, 8, 1000)]
    print(
        f"features {share:.0%} of the time:  " + "  ".join(f"{gain:.2f}" for gain in gains), " with 2, 8, 1000 workers"
    )

# %% [markdown]
# ## The panel
#
# Everything that the study weighed, in one cell: these figures are one machine's and are not compared with yours. *Predict:* who
# is cheapest on which line?
#
# - `refresh`: CPU seconds a day to keep the features fresh, from a few hours around noon: the views that are renewed at midnight are not
#   in it. `memory`: peak of a stage in MB, above libraries and data. `cpu`: CPU seconds of the stage; serving is nine single answers
#   in batch and 200 in real time, state rebuilt.
# - `speed_up`: training as a whole with a second worker for the features; `Amdahl` is what the law allows.
# - Lines of a clock name no cheapest in the list below the table, as a few runs of a stage tell little. A ratio within 1.25 is no difference.

# %% tags=["nbval-ignore-output"]
scored = list(price_panel.rows(study))
rows = pd.DataFrame(scored).astype({"value": float})
TIMED = ["refresh", "memory", "cpu", "over_provisioning", "speed_up"]
OTHERS = ("cheapest", "first_answer", "latency", "refresh", "cpu", "speed_up")  # waits: lesson 15; clocks: below
timed = rows[rows["key"].isin(TIMED)]
print(
    timed.pivot_table("value", ["key", "part", "mode"], "system", sort=False)[study.systems].to_string(
        float_format="%.3g"
    )
)
for row in timed[timed["key"] == "speed_up"].itertuples():
    print(f"speed-up, {row.system}: {row.value:.2f} [{row.low:.2f}, {row.high:.2f}]; {row.note}")
print("\ncheapest of those that compete, where more than one is asked; controls do not:")
for key, part in dict.fromkeys((row.key, row.part) for row in scored if row.key not in OTHERS):
    for mode, who in find_winners(scored, key, part).items():
        print(f"    {f'{key} {part} ({mode})':32}{who}") if who else None

# %% [markdown]
# ### As ratios
#
# First what all five have. Right of 1 is dearer than the monolith; the axis is logarithmic, so that twice and half weigh alike.
#
# *Predict:* which bar is longest? And which of FTI's costs have no bar at all?

# %%
LINES = ["files", "nodes", "jobs", "schedules", "stored", "over_provisioning"]
figures = {
    key: dict(of[["system", "value"]].to_numpy())
    for key, of in rows[rows["key"].isin(LINES)].groupby("key", sort=False)
}
for key in LINES[:4]:
    print(f"{key:12}{ {system: f'{value:,.0f}' for system, value in figures[key].items()} }")
beside = price_panel.list_without_ratio(scored, study.systems)
show_picture(lambda path: price_ratios.draw(figures, "monolith", path, beside=beside), width=800)

# %% [markdown]
# **What the figure leaves out.** Refreshes, and stored values that nobody reads: systems without a store have 0 of both, and there is no
# ratio to 0; the line below the axis has them. Nor do libraries weigh anything in this panel, for anybody. A process pays for them all the
# same, and Feast and MLflow are heavier than anything that the others load: the first answers of lesson 15 show it, the memory does not.
#
# Compare memory within one kind of question only: FTI with the monolith in batch, with the split in real time, and each rival's control
# beside it. FTI trains a model for either kind of question by the same program, and each meets its rival.
#
# ### The shape, or the libraries?
#
# FTI once more, on plain files: the same three pipelines and the same definitions, with Parquet, SQLite and skops in the place of Feast and MLflow
# ([the code](../reference/systems/fti/adapters/plain_files)). Both arms took turns in one run, the modular monolith beside them. Nodes are counted
# anew here. Ratios are *files over libraries*, with the lowest and the highest round; the word follows from the margin, which is 1.25 (*better*: less
# by a fifth or more in every round).
#
# *Predict:* what share of the nodes is left? On which lines does it make no difference worth having?


# %%
def spell_ratio(row):
    return f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]: {judge_ratio(row)}"


arms = [row for row in library_share.rows(study) if row.system == "fti"]
nodes = {row.part: row.value for row in arms if row.key == "plain_nodes"}
for part in ("whole", "facing the libraries"):
    of = [nodes[f"{arm}, {part}"] for arm in (library_share.LIBRARIES, library_share.FILES)]
    print(f"nodes, {part:22}{of[0]:>7,.0f} on Feast and MLflow{of[1]:>7,.0f} on files: {of[1] / of[0]:.2f}")
ratios = [row for row in arms if row.key == "plain_ratio" and not row.part.startswith("nodes")]
between = [row for row in ratios if "files over libraries" in row.part or " over " not in row.part]
for row in between:
    print(f"{row.part.removesuffix(', files over libraries'):22}{row.mode:11}{spell_ratio(row)}")

# %% [markdown]
# What is less on files is the libraries' price, and no argument against the shape; what is not stays the shape's, whoever writes the store. (*Cannot
# tell*: the rounds reach to both sides.) What the files lack is why one takes the libraries: other engines below, a catalogue, a user interface,
# people who know them already. We wrote the plain files for this one problem, and nobody but us has to maintain them.
#
# The argument for a store is the *slope*: the first model pays for the features, further ones read them. *Predict:* in which arm does a further model
# cost less than the first? And on files less than in the modular monolith, which computes its features for each model again?

# %%
slopes = [row for row in ratios if row not in between]
slopes += [row for row in library_share.rows(study) if row.key == "plain_ratio" and row.system != "fti" and row.value]
for row in slopes:
    print(f"{row.part:48}{row.mode:11}{spell_ratio(row)}")

# %% [markdown]
# *Further over first* alone can mislead: it is low also where the first model is dear, as the first call of a heavy library is. So hold it
# against the last question, a further model on files over one in the control: that compares what each costs from then on.
#
# ## Who pays what
#
# A count of lines is a poor judge: a file weighs as much as a job. Read the panel by what a shape *has* to have:
#
# - **The monolith** runs nothing between two nights and keeps a model file. It reserves training's memory for serving, too, and whoever asks
#   for one answer waits for a night's work.
# - **The split** has no schedule but training's, and its state in memory. Most of its price lies outside this panel: in features written
#   twice (lesson 6), and in trust in its evaluation (lesson 5b).
# - **FTI** has a store, a registry, a program for each pipeline and a schedule for each view, day and night, whether or not anybody asks. For
#   that it answers both kinds of question; that halves its price at best.
#
# FTI buys with money and parts what the others buy with care. Which is scarcer where you work is not a property of the code.
#
# ### What is not in the panel
#
# People. Who is paged at night, how many teams can ship without asking each other, what a new colleague must learn first; the
# store's and the registry's upgrades; licences, network, backups, rights to see data. Industry argues for FTI mostly with these. We
# have not measured one of them, in either direction.

# %% [markdown]
# ## Where the anti-pattern wins
#
# - One model, one kind of question, one team: most of what FTI's price buys is not used.
# - Nothing to keep fresh means nothing that can be stale, full or locked.
# - The first table of this lesson and the list of the cheapest above name the lines.
#
# ## To discuss
#
# 1. Put a price on each line for your own shop (a schedule, a GB, a CPU hour, a program to own). Does the order change?
# 2. At how many models would you pay FTI's price? Lesson 7 counts computing; what would you add?
# 3. Which line would you drop as meaningless, and is it one on which your favourite loses?
#
# ## Threats to validity
#
# - **Construct.** Nodes are not effort; Feast and MLflow bring code, memory and start-up time that a smaller store would not. Jobs,
#   schedules and what ships together are declared by us.
# - **Internal.** The systems do not do the same work: two kinds of question against one. Few rounds. Serving's memory counts everything that one
#   process does until it has answered.
# - **Plain files.** We wrote them knowing exactly what is asked of them, on data that fit in memory. A few rounds of small models on some months: the
#   share of a fit in a model's price would grow with the data, and that of the libraries fall.
# - **External.** One small machine of two cores, where rounds differ by up to a factor of two; no second writer.
# - **Conclusion.** Prices scale differently: code does not grow with traffic, refreshes grow with keys, a nightly run with flights.
