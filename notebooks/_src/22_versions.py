# %% [markdown]
# # 22. Versions that do not meet
#
# **In another release a pickle is mostly refused, and now and then it answers something else after the warning that every pair gives, so lock both sides, and ask each model some rows whose answers you know.**
#
# **Your bet.** A model is fitted with one release of scikit-learn and answers in another, up to three years apart. Six pipelines, ten environments that were
# really installed, every pair of them.
#
# 1. Of all pairs from two releases, in how many does a pickle load and answer as it did?
# 2. Is an older model in a newer program refused more often, or a newer model in an older one?
# 3. Is there a pair that answers, without an error, something else? How many decisions flip?
# 4. Does skops, which opens a file without running code from it, carry further than a pickle?
# 5. A lock for both sides refuses every other version. How many of these refusals were needless?

# %%
import inspect
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from antipatterns.release.version_mismatch import handover as version_mismatch
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.version_cells import SAMPLES, unpack_cells
from lab.patterns.version_pipelines import BARE, CODES, FOREST, NUMBERS, REGRESSION, new_pipelines
from lab.patterns.version_worker import DIFFERS, EQUAL, NOT_PACKED, REFUSED, WARNED
from measure.figures.outcome_matrix import Shade, draw
from problem.handover import Refused
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.release.one_lock import handover as one_lock
from reference.release.skops_model import handover as skops_model

# %%
result = record_of("version_matrix").value(RESULT)
cells = unpack_cells(result["cells"])
OUTCOMES = [EQUAL, WARNED, DIFFERS, REFUSED]
print("recorded on", record_of("version_matrix").made(RESULT)["date"])

# %% [markdown]
# ## Four ways to hand a model over
#
# All four do one job behind one door ([`problem/handover.py`](../problem/handover.py)): the program that trains packs a fitted model into a folder, another
# program, maybe years younger or older, loads it and answers.

# %%
show_picture(lambda path: draw_sides("version_matrix", path))

# %% [markdown]
# The exhibit is two lines, and a file of requirements that both images install, each on its own day:

# %%
print(inspect.getsource(version_mismatch.pack), inspect.getsource(version_mismatch.load), sep="\n")
print((Path(version_mismatch.__file__).parent / "requirements.txt").read_text())
print(inspect.getsource(one_lock.load))

# %% [markdown]
# ## Every pair
#
# Ten environments by locks of their own (`make environments`): scikit-learn 1.3 to 1.9, with NumPy 1 and with NumPy 2. Each trained six pipelines on June's
# flights and packed them; each loaded what all ten had packed, and answered for July. A pickle, down who trained, across who answers; four of the six, as
# boosted trees with categories look alike behind a column transformer, wherever the categories stand:

# %%
SHADES = {
    EQUAL: Shade("=", 0.0, "equal"),
    WARNED: Shade("w", 0.12, "equal, with a warning"),
    REFUSED: Shade("x", 0.45, "refused"),
    DIFFERS: Shade("!", 1.0, "differs, no error"),
}
pickles = cells[(cells["side"] == "version_mismatch") & (cells["outcome"] != NOT_PACKED)]


# %%
def name_shortly(environment):
    return environment.removeprefix("scikit-learn-").replace("-numpy-", " np")


def read_panel(pipeline):
    of = pickles[pickles["pipeline"] == pipeline]
    return {(name_shortly(row.trained), name_shortly(row.served)): row.outcome for row in of.itertuples()}


panels = {name.replace(", ", ",\n"): read_panel(name) for name in (CODES, BARE, FOREST, REGRESSION)}
print(pickles["outcome"].value_counts().to_dict())
show_picture(lambda path: draw(panels, SHADES, ("trained with", "answers with"), path, "A pickle"))

# %% [markdown]
# Pairs of two releases, in shares of the cells of each side (a warning is scikit-learn's own: the versions differ, *use at your own risk*):

# %%
sides = pd.DataFrame(result["by_side"]).set_index("side")
print(sides.round(2).to_string())

# %% [markdown]
# By pipeline, for the pickle:

# %%
pipelines = pd.DataFrame(result["by_pipeline"]).set_index("pipeline")
print(pipelines[pipelines["side"] == "version_mismatch"].drop(columns="side").round(2).to_string())

# %% [markdown]
# Below the diagonal, a newer model in an older program, a pickle is refused less often than above it: parts that a release adds to its objects are missed
# by that release in older objects, while an older one never asks for them.
#
# ## What a refusal says
#
# Whoever is on duty at night reads one of these, and no version is in it:

# %%
words = pickles[pickles["outcome"] == REFUSED].groupby("words").size().sort_values(ascending=False)
for text, count in words.items():
    print(f"{count:4}  {text[:110]}")

# %% [markdown]
# ## The cells to be afraid of
#
# They load, give the warning that every other pair gives, and answer otherwise. *largest*: difference in probability; *moved*: share of the answers;
# *flips*: share of the decisions at 0.5.

# %%
silent = pd.DataFrame(result["silent"])
shown = silent.assign(trained=silent["trained"].map(name_shortly), served=silent["served"].map(name_shortly))
print(shown[["side", "pipeline", "trained", "served", "largest", "moved", "flips"]].round(3).to_string(index=False))
print(silent["words"].iloc[0])

# %% [markdown]
# Why do the trees differ? From release 1.4 on, boosted trees sort the columns that hold categories to the front before they fit, and again before
# they answer. A tree remembers a column by its place. Release 1.3 loads the same trees and does not sort. Live, with the versions of this notebook, the
# order of columns in the trees beside the one in which they are handed over:

# %%
rows = pd.DataFrame({name: range(200) for name in NUMBERS}).assign(carrier=[0, 1] * 100, origin=0, dest=0)
late = (rows["carrier"] == 1).astype(int)
learner = new_pipelines()[BARE].fit(rows, late)[-1]
in_front = [name for name, is_category in zip(rows, learner.is_categorical_, strict=True) if is_category]
asked = learner._predictors[0][0].nodes[0]["feature_idx"]
print("late is whoever flies with carrier 1; the first tree asks column", asked)
print("which is", [*in_front, *NUMBERS][asked], "in the order of the trees, and", rows.columns[asked], "as handed over")

# %% [markdown]
# With the categories in front there is nothing to sort; behind a column transformer the pair is refused before the trees are asked. Nobody who writes
# one form or the other knows that it will matter.
#
# And the regression? It has a setting, `multi_class`, that release 1.7 no longer uses: a note, *deprecated*, stands in its place. Release 1.4 reads the note, takes
# it for the name of a way with many classes, and so doubles the log odds of two. No decision at 0.5 moves, and every probability does. By how much at most is
# a matter of arithmetic:

# %%
odds = np.linspace(0, 4, 4001)
print("arithmetic:", round((expit(2 * odds) - expit(odds)).max(), 3))
print("measured:  ", round(silent[silent["pipeline"] == REGRESSION]["largest"].max(), 3))

# %% [markdown]
# ## What would have noticed
#
# Would some rows with their answers, kept beside the model and asked again after loading, have noticed? The chance that a sample of so many rows
# holds one that moved, in the worst of these cells:

# %%
worst = silent.loc[silent["moved"].idxmin(), "shown"]
print({int(count): round(chance, 3) for count, chance in worst.items()}, "of", len(silent), "cells;", SAMPLES, "rows")

# %% [markdown]
# ## Where it turns
#
# The dial is the distance: how many releases lie between the two sides, one about every half year. The share of cells that answer as before, by
# side; minus is an older program than the model.

# %%
distances = pd.DataFrame(result["by_distance"])
alike = distances.assign(alike=distances[EQUAL] + distances[WARNED])
print(alike.pivot(index="side", columns="distance", values="alike").round(2).to_string())
print("worse than within one release, from so many releases apart on:", result["turns"])

# %% [markdown]
# The lock's line is so by construction: equal where the versions are, refused elsewhere. It is no fair loser at a distance, as its service is built from the
# same lock and has none. Its price is another one:

# %%
kept = result["bytes"].values()
print(f"refusals of the lock that were needless: {result['needless']:.0%}")
print(f"an environment takes {min(kept) / 1e6:.0f} to {max(kept) / 1e6:.0f} MB, one for each lock in use")
packed = cells[(cells["side"] == "onnx_model") & (cells["outcome"] == NOT_PACKED)]
print(*packed.groupby("words").size().index, sep="\n")

# %% [markdown]
# ## Refused in one line
#
# What a reference does with a model that it should not trust, live: made by another version, damaged on its way, not there at all.

# %%
rows = rows.assign(carrier=list("AB") * 100, origin="JFK", dest="ATL")
model, folder = new_pipelines()[CODES].fit(rows, late), Path(tempfile.mkdtemp())
one_lock.pack(model, rows, folder)
made_by = json.loads((folder / one_lock.MADE_BY).read_text())
older = json.dumps(made_by | {"scikit-learn": "1.3.2"})


# %%
def ask(side, text=None):
    try:
        return side.load(folder)(rows).round(3)[:2]
    except Refused as refused:
        return f"refused: {str(refused).split(', here')[0]}"


print("as it was packed:", ask(one_lock))
(folder / one_lock.MADE_BY).write_text(older)
print("another version: ", ask(one_lock))
(folder / one_lock.FILE).write_bytes((folder / one_lock.FILE).read_bytes()[:1000])
print("half a file:     ", ask(one_lock))
print("no file:         ", ask(skops_model))

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | pickle, no versions | nothing to set up; any pipeline; some kinds of model carry far (a forest from a newer release in an older one) | whether it loads, and whether it answers as before, hangs on the day an image was built |
# | one lock | never silently wrong; says what it wants | one environment a lock; refuses what would have worked |
# | skops | safe to open; opens where a pickle fails over parts that no answer needs | so it also answers otherwise where a pickle would have failed |
# | ONNX | answers alike in every version, without scikit-learn | what the exporter has no form for stays behind |
#
# **When to use which.** A lock for both sides, always: it is a file that you have already. A sample of rows with their answers beside each model, asked again on every start: it
# finds what no version number says. ONNX where the service outlives the training, and your learner has an exact form. Skops where you do not trust who
# made the file.
#
# ## To discuss
#
# 1. Which versions trained the models that answer for you now, and where is that written?
# 2. When did you last read the warnings of a service's start?
#
# ## Threats to validity
#
# - **Construct.** Equal is within one millionth in probability on some thousand rows of one July; what differs on none of them is called equal.
# - **Internal.** The sixth model was added after a first run of five, to find the error that we had expected; the regression's nobody expected.
# - **External.** One library, one Python, one kind of machine; pickles of other libraries, and of other processors, may meet better or worse.
# - **Conclusion.** The cells are all pairs and no sample, so they have no interval. Which pairs you will meet depends on how often you build.
