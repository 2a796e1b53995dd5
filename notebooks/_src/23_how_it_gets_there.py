# %% [markdown]
# # 23. How does a model get there?
#
# **A further release moves the model and little else by every way, if packages lie in another layer; what a registry buys is not speed but that half a file does not answer, and that a model comes with its code, or says which it was made for.**
#
# **Your bet.** One model, released again and again to hosts that answer with it: its file copied by hand, inside the image of its service, or out of a registry into a
# service that is there already. What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. A model of 50 MB in an image with its code and NumPy. How many megabytes does a host pull for the tenth release?
# 2. How much longer does that release take in an image than by model load, from the word to the first answer? And by model load than by hand?
# 3. A model arrives that was made for other code: another unit, or one column more. Which of the three ways answers, and is it right?
# 4. Half of a model's file arrives. Which of the three ways notices, and before which moment?
# 5. Four hosts are added at once. Who has them answering first: a registry from which all pull at the same time, or somebody who copies to one after the other?

# %%
import inspect
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from antipatterns.release.copied_by_hand import shipper as by_hand
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.shipped_mixes import describe
from lab.patterns.shipped_ratios import MARGIN
from lab.patterns.shipped_releases import MEGABYTE
from lab.patterns.shipped_ways import HAND, LOAD
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.image_registry.oci_layout import find_blob, write_image, write_layer
from parts.image_registry.unpacking import Damaged, unpack
from problem.shipping import CannotShip, Release
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.release.model_in_image import shipper as in_image
from reference.release.model_load import shipper as load

# %%
result = record_of("how_it_gets_there").value(RESULT)
releases, ratios = pd.DataFrame(result["releases"]), pd.DataFrame(result["ratios"])
print("recorded on", record_of("how_it_gets_there").made(RESULT)["date"])

# %% [markdown]
# ## Three ways
#
# All three do one job behind one door ([`problem/shipping.py`](../problem/shipping.py)): publish a release, deliver it to a host, start a host again. A host is a folder,
# and what arrives there is started as a process whose packages come from what was shipped, and from nowhere else. The registry is Debian's `docker-registry`; images are
# pushed and pulled with `skopeo`.

# %%
show_picture(lambda path: draw_sides("how_it_gets_there", path))

# %% [markdown]
# By hand it is one copy. The two references pull, check every digest, and unpack each layer once:

# %%
for side in (by_hand, in_image, load):
    print(side.__name__.split(".")[-2])
    print(inspect.getsource(side.Shipper.deliver))
print("steps of whoever does it (by construction):")
print(pd.DataFrame(result["steps"]).to_string())

# %% [markdown]
# ## What moves
#
# Megabytes that reach a host, by the registry's own log, and for the copy by its files: for its first release, with which service and packages come, and for the last one.

# %%
ends = releases[releases.groupby("megabytes")["release"].transform(lambda each: each.isin([each.min(), each.max()]))]
table = ends.assign(moved=ends["moved"] / MEGABYTE).pivot(index=["megabytes", "release"], columns="way", values="moved")
print(table.round(1).to_string())

# %% [markdown]
# (The largest model follows a tiny one, as it is shipped once.) An image is not dear because a model lies in it, but because of what lies in the same layer, or behind it.
# The same model, by what stands where in its Dockerfile: in a layer of its own at the end, in one with the code, in one with everything:

# %%
layerings = pd.DataFrame(result["layerings"]).set_index("layering") / MEGABYTE
print(layerings.round(1).rename(columns={"first": "first pull, MB", "second": "next pull, MB"}).to_string())

# %% [markdown]
# ## Where it turns
#
# The dial is the size of the model. Seconds from the word to an answer with the new model (push, pull, check, unpack, load, or copy and start again) over those of another
# way, by turns in one run. *value* is the median of the releases but the first, *low* and *high* are the least and the most of them. In the picture the line at 0 is
# model load; 1 is twice as long, -1 half as long.

# %%
print(ratios[["megabytes", "pair", "value", "low", "high", "rounds", "word"]].round(2).to_string(index=False))
lines = {
    name.replace("_", " "): {
        row.megabytes: Estimate(*np.log2([row.value, row.low, row.high])) for row in rows.itertuples()
    }
    for name, rows in ratios.groupby(ratios["pair"].str.removesuffix(f" over {LOAD}"))
    if name in (HAND, "model_in_image")
}
dial = turn_chart.Dial("size of the model, MB")
title, unit = "A further release, against model load", "doublings of the time (less is better)"
show_picture(lambda path: turn_chart.draw(lines, np.log2(MARGIN.least), dial, path, title, unit))

# %% [markdown]
# - **Small models: model load is at least as fast as a copy**, as a process that goes on saves the start that both others need. In an image the same release takes twice as long.
# - **Large models: a copy is several times faster**. A registry writes a model, hashes it, takes it in, gives it out, has it checked and unpacked; a copy writes it once.
# - **Image and model load meet** where the model is so large that a start no longer counts.
#
# A copy on one machine crosses no network. *By construction*: if each of these moves took a network's time as well (one for the copy, push and pull for the registry),
# a further release by model load, over one by hand, at the size of the first question:

# %%
further = releases[(releases["megabytes"] == 50) & (releases["release"] > 1)]
seconds = further.groupby("way")["seconds"].median()
for megabits in (10_000, 1000, 100):
    wire = 8 * 50 / megabits
    print(f"at {megabits:6,} Mbit/s: {(seconds[LOAD] + 2 * wire) / (seconds[HAND] + wire):.1f} times as long")

# %% [markdown]
# ## While callers ask
#
# Fifty requests a second, sent by the clock, while the next version arrives; one process, and two that are exchanged one after the other. How many fail:

# %%
swaps = pd.DataFrame(result["swaps"])
print(swaps.groupby(["way", "replicas"])["failed"].agg(["min", "max"]).to_string())

# %% [markdown]
# What saves the callers is the second process, or a process that can load; not the way by which the file came.
#
# ## More hosts
#
# Seconds until all of so many new hosts answer, over those of one, and over those by hand. By hand they are set up one after the other, as one person does it (by construction).

# %%
hosts = pd.DataFrame(result["hosts"])
hosts["ratio"] = [f"{row.value:.1f} [{row.low:.1f}, {row.high:.1f}]" for row in hosts.itertuples()]
print(hosts.pivot(index=["way", "hosts"], columns="over", values="ratio").to_string())
print("four hosts, over by hand:", hosts[(hosts["hosts"] == 4) & (hosts["over"] == "by hand")]["word"].to_list()[1:])

# %% [markdown]
# All four hosts are this machine, with two cores and one disk: here **four copies one after the other are done before four pulls at once**. Hosts with cores of their own
# pull as fast as one, at best, and are then ahead from as many hosts on as a pull takes copies (its line for one host). What a registry saves before that is the person.
#
# ## What each lets in
#
# A host runs the old code, and a model comes that was made for new code: the distance in kilometres instead of miles, or the day of the year as one column more.
# *counted*: whether whoever changed the code has counted its contract up. The image brings the new code along (by construction).

# %%
mixed = pd.DataFrame(result["mixed"])
mixed["happens"] = [describe(row.said, row.difference) for row in mixed.itertuples()]
print(mixed.pivot(index=["kind", "counted"], columns="way", values="happens").to_string())
print("largest error of a probability:", round(mixed["difference"].max(), 3))
for said in mixed[mixed["happens"].isin(["refused", "error"])].drop_duplicates("happens")["said"]:
    print(said)

# %% [markdown]
# Model load refuses by a number that people have to count up. Where they forget, it lets in what copying lets in.
#
# Half of the model's file arrives. A registry's client refuses by digest, whatever the format; by hand it hangs on the format. Below, the file read after it was cut off at two hundred places:

# %%
cut = pd.DataFrame(result["cut"])
cut["happens"] = cut["said"].where(cut["said"] == "answers", "refused")
print(cut.pivot(index="form", columns="way", values="happens").to_string())
print(pd.DataFrame(result["cuts"]).set_index("form").map("{:.0%}".format).to_string())

# %% [markdown]
# An archive has its list of contents at the end and cannot be cut unnoticed; a text of one step a line can, and answers something else. (`sha256sum` beside the file would
# do for a copy what a registry does: it is the habit that is missing, not the tool.)
#
# ## The registry is down
#
# A host's process starts anew; its container starts anew, and what it had written is gone (a host by hand has no container); a host is new. Who answers?

# %%
outage = pd.DataFrame(result["outage"])
outage["answers"] = outage["said"].eq("answers").map({True: "yes", False: "no"})
down = outage[~outage["registry"]]
print(down.pivot(index="host", columns="way", values="answers").to_string())
print("with the registry up:", set(outage[outage["registry"]]["answers"]))
print(down[down["answers"] == "no"]["said"].iloc[0].rpartition("dial tcp ")[2].partition(": ")[2])

# %% [markdown]
# ## Live: an image by hand, and one byte of it
#
# An image is files that are named by their content. Here one is written, unpacked, and refused after one byte was changed:

# %%
home = Path(tempfile.mkdtemp())
(home / "model.txt").write_text("0.0\n0 12 -1.0 1.0\n")
layer = write_layer(home / "images", {"srv/model/model.txt": home / "model.txt"})
again = write_layer(home / "images", {"srv/model/model.txt": home / "model.txt"})
write_image(home / "images", "1", [layer], {"made_for": "1"})
print("written twice, one digest:", layer == again)
print(unpack(home / "images", "1", home / "layers").find("srv/model/model.txt").read_text())
blob = find_blob(home / "images", layer.digest)
blob.write_bytes(blob.read_bytes().replace(b"12", b"21"))
try:
    unpack(home / "images", "1", home / "other_layers")
except Damaged as refused:
    print("refused:", refused)

# %%
shipper = by_hand.Shipper(home, registry="")
try:
    shipper.publish(Release("1", home / "predictor.py", home, home / "model.txt"))
except CannotShip as refused:
    print("refused:", str(refused).replace(str(home), "HOME"))

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | copied by hand | nothing to run; the fastest by far for a large model, and for four new hosts; no registry can be down | no host knows which model answers; half a file, or a model for other code, may answer all the same; somebody has to be there |
# | model-in-image | what answers is what was tested together; starts again with nothing but itself | each model is a build and a new process: slowest for small models |
# | model load | a process goes on answering; at least as fast as a copy for small models; models and code have their own rhythm | the two fit only as far as people count; a new container needs the registry |
#
# **When to use which.** One host and its maker: copy, but write the digest and the version beside the file, and check both when it starts. More hosts, or more people: the
# model in the image, in the last layer, and two processes. Model load where models change more often than code, and then let each say which code it
# was made for: by a digest of the code that makes the vector rather than by a number somebody counts.
#
# What we had expected was too kind to the registry (model load half as long again as a copy at 50 MB; four hosts in twice the time of one) and too hard on a start
# (some forty requests to fail). It also forgot that by hand, too, service and packages have to get to a host once.
#
# ## To discuss
#
# 1. Which model answers on each of your hosts now, and how do you know?
# 2. Your registry is down and a host dies. What happens?
#
# ## Threats to validity
#
# - **Construct.** The seconds are the machine's: typing, waiting for a colleague and a forgotten host are not in them, and they are what copying by hand costs.
# - **Internal.** A digest is checked when a layer arrives; what rots on a host after that is seen by none. Hosts unpack a layer once, as engines do; the interpreter is this
#   machine's. In a first run the further column was one that no model looked at, so nothing could go wrong; it was exchanged for one that they use.
# - **External.** One machine for maker, registry and hosts; see above for a network. NumPy alone is a small environment: the first pull of a larger one takes longer, the further ones do not.
# - **Conclusion.** Nine releases of three sizes and one of the largest, which is why it *cannot tell*; four hosts in three rounds. Medians with the least and the most, no sample of machines.
#   The rule of the words (all rounds on one side, and their median beyond the margin) was fixed after the first whole run.
