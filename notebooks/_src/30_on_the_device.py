# %% [markdown]
# # 30. On the device
#
# **The same graph gives the same answers in a browser, in a runtime and in the library, to the last digits, provided that it is held against its original before it is published; a device without any history loses nats worth having, with features up to a week old no loss that one quarter can tell.**
#
# **Your bet.** A traveller's phone says the evening before how likely the flight is late. The model may stand behind a service, in a page in the browser (WebAssembly), or in a small program with ONNX Runtime.
#
# 1. 20,000 vectors are asked in all three places. What is the largest difference in probability, and how many decisions at 0.5 flip?
# 2. The usual converter gets the same pipeline, whose trees are told which columns are categories. On how many rows is its graph off by more than 0.001, and what does it say?
# 3. An answer in the page, an answer from a service on the same machine: by which factor do they differ?
# 4. What the device knows of delays and weather is a day old, a week old, or nothing at all. How many nats does each cost?
# 5. How many megabytes does the page bring, and what is most of them?

# %%
import inspect
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from onnx.numpy_helper import from_array, to_array

from antipatterns.serving.round_trip import device as round_trip
from lab.patterns.device_vectors import NOTHING
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.on_the_device import MARGIN
from lab.patterns.service_models import put_models
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.model_export import published_graph
from parts.model_folder.model_folder import ModelFolder
from problem.contract import CATEGORIES, FEATURES
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.serving.edge import device as edge
from reference.serving.portable_model import device as portable_model
from reference.serving.portable_model.program import Program

# %%
result = record_of("on_the_device").value(RESULT)
parity, converter, ages = (pd.DataFrame(result[name]) for name in ("parity", "converter", "ages"))
print("recorded on", record_of("on_the_device").made(RESULT)["date"])

# %% [markdown]
# ## Three ways
#
# All three are handed the study's learner, fitted on January to September ([`problem/on_the_device.py`](../problem/on_the_device.py)):

# %%
show_picture(lambda path: draw_sides("on_the_device", path))

# %% [markdown]
# The exhibit asks the service, and keeps its connection open, as a good app does:

# %%
print(inspect.getsource(round_trip.Device))

# %% [markdown]
# The two others publish a graph. One gate stands before both:

# %%
print(inspect.getsource(published_graph.publish_graph))
print(inspect.getsource(Program.ask))

# %% [markdown]
# The page is three files and the runtime. One of them keeps all of it in the browser, under the version of the model; from then on no network is needed:

# %%
print((edge.PAGE / "device.js").read_text().split("const form")[0])
print((edge.PAGE / "keeper.js").read_text())

# %% [markdown]
# Its last line is also its price: a device that does not come back goes on answering with the model that it has.
#
# ## One graph, live
#
# A small model of made-up rows is published, and asked where scikit-learn is not. Then the export goes wrong in a way that raises no error, one threshold in one tree:

# %%
home = Path(tempfile.mkdtemp())
put_models(home / "models")
model = ModelFolder(home / "models" / "late").load()
random = np.random.default_rng(1)
rows = pd.DataFrame(random.normal(size=(200, len(FEATURES))), columns=list(FEATURES))
rows[list(CATEGORIES)] = random.choice(["UA", "EWR", "IAH"], (200, len(CATEGORIES)))
portable_model.publish(model, rows, home / "device")
with portable_model.open_device(home / "device", place=None) as device:
    apart = np.abs(device.answer(rows).risk - model.predict_proba(rows)[:, 1])
print(f"largest difference on {len(rows)} rows: {apart.max():.0e}")

# %%
graph = published_graph.export_model(model)
trees = next(node for node in graph.graph.node if node.op_type == "TreeEnsemble")
splits = next(attribute for attribute in trees.attribute if attribute.name == "nodes_splits")
splits.t.CopyFrom(from_array(to_array(splits.t) + np.eye(1, len(to_array(splits.t)))[0] / 2))
try:
    published_graph.refuse_unlike(published_graph.run_graph(graph, rows), model.predict_proba(rows)[:, 1])
except published_graph.CannotPublish as refused:
    print("refused:", refused)

# %% [markdown]
# ## 20,000 vectors
#
# Vectors of October to December. *strange*: a category that no model has seen, and one that is not known; *unlike*: the share off by more than 1e-9, *off* by more than 0.001;
# *other_bits*: answers that are not ONNX Runtime's to the last bit. The last line says where such bits come from: both add the same
# leaves in the same order, and only the exponential function of the last step is another library's.

# %%
shown = ["side", "kind", "rows", "largest", "unlike", "off", "flips", "other_bits"]
print(parity[shown].to_string(index=False, formatters={"largest": "{:.1e}".format}))
print(f"sums over the trees, before they become a probability: {result['other_sums']} differ in any bit")

# %% [markdown]
# The usual converter, on the same pipeline. *numbers*: as its examples declare them, with 32 bits: a value beside a threshold takes the other branch. *categories*: the same learner, its trees told which columns are
# categories. *sample*: how many rows one has to compare to see it with nine chances in ten.

# %%
print(converter[["way", "rows", "largest", "unlike", "off", "flips", "sample"]].round(4).to_string(index=False))
print("said:", {row.way: row.said for row in converter.itertuples()})

# %% [markdown]
# ## What an answer costs
#
# Milliseconds an answer, by turns, a figure a round; the word is that of *against a round trip*, and has to hold in every round (margin 1.25). The service stands on this machine: it is the kindest
# network that there is.

# %%
for side, times in result["times"].items():
    print(f"{side:15} {np.median(times):6.3f} ms [{min(times):.3f}, {max(times):.3f}]  {result['words'].get(side, '')}")
for kind, seconds in result["starts"].items():
    print(f"{kind:15} {np.median(seconds):.2f} s to the first answer [{min(seconds):.2f}, {max(seconds):.2f}]")
print({name: round(of, 2) for name, of in result["megabytes"].items()}, "megabytes")

# %% [markdown]
# *By construction*, and no headline: with a network of so many milliseconds there and back, the round trip is slower than the page by this factor.

# %%
trip, page = (float(np.median(result["times"][side])) for side in ("round_trip", "edge"))
print({wait: round((trip + wait) / page) for wait in (0, 20, 80, 300)})

# %% [markdown]
# ## What the device does not know
#
# The dial is the age of the stored features on the device: delays, landings, weather. What the question says is always fresh. Nats a flight more than with fresh features, with 95 % intervals from days in
# blocks of a week. *nothing*: a model that was fitted on what the question says alone.

# %%
lines = {"the device": {row.place: Estimate(row.value, row.low, row.high) for row in ages.iloc[:-1].itertuples()}}
names = dict(zip(ages["place"], ages["age"], strict=True))
dial = turn_chart.Dial("how old what the device knows is", names=names)
title, unit = "The age of what the device knows", "nats a flight, against fresh features"
show_picture(lambda path: turn_chart.draw(lines, MARGIN, dial, path, title, unit))

# %%
print(ages[["age", "value", "low", "high", "word"]].round(4).to_string(index=False))
turn = result["turn"]
print("worse from:", "no age" if turn is None else names[turn])
loss = ages.set_index("age")
print(f"a model without any history: {Estimate(*loss.loc[NOTHING, ['value', 'low', 'high']])}")

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | round trip | fresh features; a new model reaches all at once; nothing to ship | every answer waits for a network, and there is none without it |
# | edge | answers without a network and without a server; the question stays on the device | megabytes before the first answer; old models; old features |
# | portable model | the fastest answer; one file for every runtime and version | a second form of the model, which has to be held against the first |
#
# **When to use which.** Ask what the answer has to know. If it is in the question, send the model and not the question. If it is what happened in the last hours, the round trip buys the features, not the model. In both cases export
# behind a gate: a converter that raises no error has said nothing about its answers.
#
# ## To discuss
#
# 1. Which of your features could a device know by itself, and how old may the others be?
# 2. Who would notice that a converted model is wrong on one row in a thousand, and when?
#
# ## Threats to validity
#
# - **Construct.** A headless Chromium on this machine is no phone: its times are a lower bound. Old features are those of the same flight at an earlier instant; a real device may have been told something else then.
# - **Internal.** The model was fitted on fresh features. One that was fitted on old ones would lose less with them.
# - **External.** One learner, trees on numbers. Other operators of a graph may round differently in another runtime.
# - **Conclusion.** One quarter: intervals know its days, not other years.
