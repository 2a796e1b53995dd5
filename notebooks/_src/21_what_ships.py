# %% [markdown]
# # 21. What ships?
#
# **What a service has to load follows from the form of its model file: with a graph, leaving the training code out makes it small and fast to start, with a pickle much less so.**
#
# **Your bet.** One small service, asked for one flight over HTTP. On one side it imports the training package, on the other it has the model file, the on-demand
# features and a runtime. What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. The model is a pickle. By which factor does the whole training package make the first answer later?
# 2. The model is an ONNX file. And now?
# 3. Of the Python modules that a service has loaded, how many never run while it answers a hundred questions?
# 4. A feature changes its meaning, and only half of the change is released. Which of the two services notices?
# 5. What is the whole package better at?

# %%
import warnings

warnings.filterwarnings("ignore")  # what libraries warn one another of

import inspect
import tempfile
from pathlib import Path

import pandas as pd
from fastapi.testclient import TestClient

from antipatterns.training.training_code_in_serving import app as whole_package
from antipatterns.training.training_code_in_serving import training as whole_training
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.ship_runs import APART, DRAGGED, FORMS, WHOLE, make_bodies, make_rows, store_features
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.flight_service.app import CannotServe
from problem.shipped import FILES
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.release.serving_environment import app as apart
from reference.release.serving_environment import on_demand, runtime
from reference.release.serving_environment import training as apart_training

# %%
result = record_of("what_ships").value(RESULT)
starts, watched = pd.DataFrame(result["starts"]), pd.DataFrame(result["watched"])
print("recorded on", record_of("what_ships").made(RESULT)["date"])

# %% [markdown]
# ## Two ways
#
# Both publish the study's learner into a folder and answer from it over HTTP, with the same shell
# ([`parts/flight_service`](../parts/flight_service/)). The form of the file, pickle or ONNX, is free on both sides.

# %%
show_picture(lambda path: draw_sides("what_ships", path))

# %% [markdown]
# The whole package first. Its author wanted one definition of every feature, and got it: a question becomes a table of one row.

# %%
print(inspect.getsource(whole_package.create_app))
print(inspect.getsource(whole_training.add_on_demand))

# %% [markdown]
# Apart: the same features for one question, in plain Python, which training calls row by row. The model's file says which inputs it wants.

# %%
print(inspect.getsource(on_demand.make_on_demand))
print(inspect.getsource(apart_training.make_table))
print(inspect.getsource(runtime._open_graph))

# %% [markdown]
# ## What has to be there
#
# Each service was watched in a process of its own while it answered a hundred questions. *Packages* and *megabytes* are what has to be installed for
# what it loaded; *never called* are Python modules in which no function ran.

# %%
bare = watched[watched["dragged"] == "bare"].set_index(["form", "side"]).sort_index()
shown = bare[["packages", "megabytes", "modules", "native", "never_called"]]
print(shown.assign(never_called=(bare["never_called"] / bare["modules"]).map("{:.0%}".format)).to_string())

# %%
for (form, side), row in bare.iterrows():
    print(f"{form:7} {side:26} {', '.join(row['routes'])}; importing did {row['effects'] or 'nothing else'}")

# %% [markdown]
# ## Where it turns
#
# The dial is what the training package imports besides: nothing, a report (matplotlib), or tracking (MLflow). Seconds from the start of the process to the first
# answer, whole package over apart, by turns in one run; with the least and the most of the rounds.

# %%
lines = {
    form: {
        list(DRAGGED).index(row.dragged): Estimate(row.value - 1, row.low - 1, row.high - 1)
        for row in starts[starts["form"] == form].itertuples()
    }
    for form in FORMS
}
dial = turn_chart.Dial(f"what training imports besides: 0 {', 1 '.join(list(DRAGGED)[:2])}, 2 {list(DRAGGED)[2]}")
title, unit = "The first answer, whole training package over apart", "so many times longer (0: alike)"
print(starts[["form", "dragged", "value", "low", "high"]].round(1).to_string(index=False))
show_picture(lambda path: turn_chart.draw(lines, 0.25, dial, path, title, unit))

# %%
print(starts[["form", "dragged", "value", "low", "high", "word"]].round(1).to_string(index=False))

# %%
print(result["headline"])

# %% [markdown]
# ## A feature changes
#
# Three changes, each made on both sides as its team would: a feature is new, one changes its meaning under its old name, one is gone. Then only half of
# it is released.

# %%
changes = pd.DataFrame(result["changes"])
print(changes[changes["form"] == "onnx"].drop(columns=["form", "edits"]).to_string(index=False))

# %%
halves = ["new model, old code", "old model, new code"]
silent = changes.set_index(["change", "side", "form"])[halves].stack().str.startswith("otherwise")
print("halves that answer otherwise without an error:")
print(silent.groupby(["change", "side"]).agg(["sum", "count"]).to_string())

# %% [markdown]
# ## What the whole package is better at

# %%
upkeep = pd.DataFrame(result["upkeep"]).T
ratio = upkeep.loc[APART, "table_seconds"] / upkeep.loc[WHOLE, "table_seconds"]
print(upkeep[["files", "nodes", "lists", "requirements"]].astype(int).to_string())
print(f"CPU of a training table, apart over whole: {'more than 5' if ratio > 5 else 'less than 5'} times")

# %% [markdown]
# ## Live: what a stranger's file does
#
# Somebody can write into the folder of models. A pickle is a program, and reading it runs it; a graph is data. This is so by construction, on both sides
# alike: it comes with the form, not with the architecture.

# %%
rows = make_rows("2013-06-10", "2013-06-17")
bodies, homes = make_bodies(rows.tail(20)), Path(tempfile.mkdtemp())
for form in FORMS:
    apart_training.publish(rows, homes / form, form)
    store_features(rows.tail(200), homes / form)
clients = {form: TestClient(apart.create_app(homes / form)) for form in FORMS}
answers = {
    form: [client.post("/predict", json=body).json()["late"] for body in bodies] for form, client in clients.items()
}
largest = max(abs(a - b) for a, b in zip(*answers.values(), strict=True))
print("20 flights, pickle against ONNX: largest difference below 1e-9:", largest < 1e-9)

# %%
payload = b"cbuiltins\nprint\n(S'  ... and this line was printed by the model file'\ntR."
for form in FORMS:
    file = homes / form / FILES[form]
    file.write_bytes(payload)
    print(f"{form}:")
    try:
        apart.create_app(homes / form)
    except CannotServe as refused:
        print("  refused:", str(refused).replace(str(homes), "HOME"))

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | whole training package | one definition, one list of requirements, table code at full speed in training; nothing to export | starts with all that training ever imports; more that has to be patched; a way in that trains |
# | serving environment, pickle | less code in reach | scikit-learn and pandas are needed to read the file at all |
# | serving environment, ONNX | starts fast, small, a file that is data | export has to be exact and is a second form of the model; two lists |
#
# **When to use which.** Ask first what the file needs. If it is a pickle, taking the training code out changes little, until training imports something heavy.
# If starts, patches or the size of an image count, change the form of the file, and the serving environment follows from it. Either way let the
# file name its inputs, and give on-demand features a version: neither side notices a changed meaning by itself.
#
# ## To discuss
#
# 1. Which packages does your service load that it never calls, and who patches them?
# 2. A feature changes its meaning under its old name. What in your release would stop half of it?
#
# ## Threats to validity
#
# - **Construct.** A package that is never called costs time and room; whether it is a risk depends on who can reach it. Routes and effects of importing are counted, not attacked.
# - **Internal.** Disk and bytecode are warm: in a fresh container the first start is slower, and more so where more is read. The web framework is the same on both sides and part of both times.
# - **External.** One small model. With deep learning the runtime itself is the largest package, and the difference is in hundreds of megabytes.
# - **Conclusion.** Three rounds on one machine; ratios, with the least and the most of the rounds. With a report's imports
# the ratio lies at the margin, so the next run may say another word there.
