# %% [markdown]
# # 17. Whose experiment is it?
#
# **With all that a run is made of it comes again to the byte, a sheet brings back what came out roughly and only kept data bring it back exactly, so begin with the sheet and keep the extracts.**
#
# **Your bet.** One person trains the nightly model once a week, 24 times. Code, libraries and the warehouse move meanwhile, and seed and share held out
# are changed now and then. Later somebody else is to make a run again.
#
# 1. All that a run is made of was recorded. How many of the 24 come again, to the byte of the model's file?
# 2. There are only mails with the metric, and a notebook that is always the latest. One run later: how many come within 0.005 nats?
# 3. A sheet, filled in by hand: date, commit, seed, share held out, metric. How many now, one run later, and twelve runs later?
# 4. Which of the five ingredients moves a metric most when it alone is not written down: code, versions, data, seed, share held out?
# 5. A table that knows the digest of the data: how many more runs come again than from the sheet?

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.training.only_me import keeper as only_me
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.rerun_curve import LEVELS, MARGIN
from measure.data.days import Estimate
from measure.figures import turn_chart
from problem.reruns import Run
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.training.experiment_tracking import sheet, table

# %%
result = record_of("whose_experiment").value(RESULT)
runs, curve = pd.DataFrame(result["runs"]), pd.DataFrame(result["curve"])
compared = pd.DataFrame(result["compared"])
print("recorded on", record_of("whose_experiment").made(RESULT)["date"])

# %% [markdown]
# ## Who keeps what
#
# All keepers do one job behind one door ([`problem/reruns.py`](../problem/reruns.py)): each is told of a run when it is made, and later says what it
# still knows.

# %%
show_picture(lambda path: draw_sides("whose_experiment", path))

# %%
print(inspect.getsource(only_me.Keeper.keep))
print("sheet:", ", ".join(sheet.COLUMNS))
print("table:", " ".join(table.SCHEMA.split()).partition("(")[2])

# %% [markdown]
# The rungs of the reference are a path: a sheet by hand, a table that the training program fills in, a page over it so that others find a run, and MLflow, which
# keeps the files too. The page keeps what the table keeps, and has no line of its own below.
#
# ## Twenty-four runs
#
# What moves is real: each run has another commit of this repository, one of five releases of scikit-learn, and an extract of a
# warehouse in which landings are reported late and a tenth of them is corrected some days later, in place.

# %%
moved = {
    name: int((runs[name] != runs[name].shift()).sum() - 1)
    for name in ("commit", "environment", "seed", "split", "data")
}
print("changes from one run to the next:", moved, "of", len(runs) - 1)
print(runs.iloc[[0, 1, 12, 23]].drop(columns="data").round(4).to_string())

# %% [markdown]
# ## With everything recorded
#
# Each run made once more, in another folder, in the environment recorded: so many of them are *alike* (the metric within 0.005 nats, the margin of this
# repository), *near* (within 0.001), equal in the metric to four digits, in their predictions and in the model's file to the byte.

# %%
print({level: result["everything_recorded"][level] for level in LEVELS}, "of", len(runs))

# %% [markdown]
# ## From what a keeper still knows
#
# Now somebody comes back so many runs later and takes what is not known as it is on that day. The warehouse keeps when each row
# was first known, so it can be read up to a run's day from every recipe, mails included; it cannot be read as it was before its corrections.
# How far from the metric that was told, in nats on average, and shares of the runs, by how many runs later somebody comes back:

# %%
for level in ("apart", "alike", "near", "model"):
    values = curve.assign(value=[each["value"] for each in curve[level]])
    print(level, values.pivot(index="keeper", columns="age", values="value").round(3).to_string(), sep="\n")

# %% [markdown]
# ## Where it turns
#
# The dial is the rate of drift: how many runs later somebody comes back. Shares of runs that are lost (not within 0.005 nats), each rung minus the one below it;
# brackets are 95 % intervals over runs, in blocks of four.

# %%
LINES = {"sheet": "sheet against only me", "table": "table against sheet", "tool": "tool against table"}
alike = compared[compared["level"] == "alike"]
points = {
    name: {row.age: Estimate(row.value, row.low, row.high) for row in alike[alike["pair"] == pair].itertuples()}
    for name, pair in LINES.items()
}
dial = turn_chart.Dial("runs until somebody comes back", "{:g}")
title, unit = "Each rung against the one below", "share of runs lost (less is better)"
show_picture(lambda path: turn_chart.draw(points, MARGIN, dial, path, title, unit))

# %%
for (pair, age), of in compared.groupby(["pair", "age"], sort=False):
    told = {row.level: f"{Estimate(row.value, row.low, row.high)} {row.word}" for row in of.itertuples()}
    print(f"{pair:22} {age:2}  alike {told['alike']:50} near {told['near']}")
print("better from so many runs later on:", result["turns"])

# %% [markdown]
# ## One omission at a time
#
# Everything is as recorded but one ingredient, which is as it is in the end. So many of the runs that it changed for are equal then, and by how much the metric
# moves at most:

# %%
print(pd.DataFrame(result["omitted"]).set_index("omitted").round(4).to_string())

# %% [markdown]
# ## From rung to rung
#
# Each move carries every row over. What the rung below never knew does not come with it, and the new one says so in one line:

# %%
for move in result["moves"]:
    print(f"{move['move']}: {move['rows']} of {len(runs)} rows · {move['lost']}")
print("bytes kept a run:", {name: f"{size:,}" for name, size in result["bytes_a_run"].items()})

# %% [markdown]
# ## Told in one line
#
# Live: a run that nobody wrote down, one that has no metric, and data that are not the run's own.

# %%
folder = Path(tempfile.mkdtemp())
for name in ("lock", "data", "model"):
    (folder / name).write_text(name)
files = {name: folder / name for name in ("lock", "data", "model")}
run = Run(number=7, day="2013-05-20", commit="c0ffee", seed=3, split=0.2, metric=0.41, **files)
keeper = table.Keeper(folder / "table")
keeper.keep(run)
(folder / "other").write_text("corrected meanwhile")
tries = (
    lambda: keeper.find(8),
    lambda: keeper.keep(run._replace(number=9, metric=None)),
    lambda: keeper.check_data(7, folder / "other"),
)
for attempt in tries:
    try:
        attempt()
    except (LookupError, ValueError) as refused:
        print(refused)

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | only me | no work at all; enough while the model is thrown away the same week | after the next run nobody can make this one again, its author included |
# | sheet | a minute a run, no tool; keeps seed, share held out and commit | by hand, so it is forgotten; versions and data are not in it |
# | table and page | nothing is forgotten; says when the data are others | cannot bring data back that the warehouse has overwritten |
# | tool | brings the run back to the byte, files included | a service and its files; what came before it stays lost |
#
# **When to use which.** Begin with the sheet today: it needs nobody's permission. Let the program write the row as soon as the first one is
# missing. Keep the extract itself, under its digest, as soon as somebody has to answer for a model: no record of a digest brings data back.
#
# ## To discuss
#
# 1. Which of your models could somebody else make again this afternoon, and from what?
# 2. Is your warehouse corrected in place? Who would know what it said in spring?
#
# ## Threats to validity
#
# - **Construct.** Made again is not understood again: why a run was made stands in none of these.
# - **Internal.** Whoever comes back follows a recipe without guessing; a person would try the seeds 0 to 10 and look into the notebook's history. Weeks of the warehouse,
#   commits of some days and releases of two years were made to fall together.
# - **External.** One learner, deterministic on one processor; on a GPU, or with threads, no record brings back the byte.
# - **Conclusion.** Extracts hold one flight in twelve, and on so few rows any change gives other trees: on more, the same corrections move a metric less. Twenty-four runs of one repository; neighbours share much, so intervals are drawn in blocks of four.
