# %% [markdown]
# # 23. How does a model get there?
#
# **A further release moves the model and little else by every way, if it has a layer of its own; what a registry buys is not speed but that half a file, and a model made for other code, do not answer.**
#
# **Your bet.** One model, released again and again to hosts that answer with it: its file copied by hand, inside the image of its service, or out of a registry into a
# service that is there already. What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. A model of 50 MB in an image with its code and NumPy. How many megabytes does a host pull for the tenth release?
# 2. How much longer does that release take in an image than by model load, from the word to the first answer?
# 3. A model arrives that was made for other code: another unit, or one column more. Which of the three ways answers, and is it right?
# 4. Half of a model's file arrives. Which of the three ways notices, and before which moment?
# 5. At 50 requests a second, how many fail while the version changes?

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.release.copied_by_hand import shipper as by_hand
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.shipped_mixes import describe
from lab.patterns.shipped_ratios import MARGIN
from lab.patterns.shipped_releases import MEGABYTE
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

# %% [markdown]
# ## What moves
#
# Megabytes that reach a host, by the registry's own log, and for the copy by its files; for a host's first release and for its last.

# %%
ends = releases[releases.groupby("megabytes")["release"].transform(lambda each: each.isin([each.min(), each.max()]))]
table = ends.assign(moved=ends["moved"] / MEGABYTE).pivot(index=["megabytes", "release"], columns="way", values="moved")
print(table.round(1).to_string())

# %%
print("steps of whoever does it (by construction):", result["steps"])

# %% [markdown]
# An image is not dear because a model lies in it, but because of what lies in the same layer or behind it. The same model, by what stands where in its Dockerfile:

# %%
layerings = pd.DataFrame(result["layerings"]).set_index("layering") / MEGABYTE
print(layerings.round(1).rename(columns={"first": "first pull, MB", "second": "next pull, MB"}).to_string())

# %% [markdown]
# ## Where it turns
#
# The dial is the size of the model. Seconds from the word to an answer with the new model (push, pull, check, unpack, load), over those of another way, by turns in one
# run; median over releases, with the least and the most of them.

# %%
lines = {
    pair: {row.megabytes: Estimate(row.value - 1, row.low - 1, row.high - 1) for row in rows.itertuples()}
    for pair, rows in ratios.groupby("pair", sort=False)
}
dial = turn_chart.Dial("size of the model, MB")
title, unit = "A further release, one way over another", "so many times longer (0: alike)"
show_picture(lambda path: turn_chart.draw(lines, MARGIN - 1, dial, path, title, unit))

# %%
print(ratios[["megabytes", "pair", "value", "low", "high", "rounds", "word"]].round(2).to_string(index=False))

# %% [markdown]
# ## While callers ask
#
# Fifty requests a second, sent by the clock, while the next version arrives; one process, and two that are exchanged one after the other.

# %%
swaps = pd.DataFrame(result["swaps"])
print(swaps.groupby(["way", "replicas"])["failed"].agg(["min", "median", "max"]).astype(int).to_string())

# %% [markdown]
# What saves the callers is the second process, or a process that can load; not the way the file came.
#
# ## More hosts
#
# Seconds until all of so many new hosts answer, over those of one. By hand they are set up one after the other, as one person does it (by construction).

# %%
hosts = pd.DataFrame(result["hosts"])
print(hosts.pivot(index="way", columns="hosts", values="value").round(1).to_string())

# %% [markdown]
# ## What each lets in
#
# A host runs the old code, and a model comes that was made for new code. *counted*: whether whoever changed the code has counted its contract up.

# %%
mixed = pd.DataFrame(result["mixed"])
mixed["happens"] = [describe(row.said, row.difference) for row in mixed.itertuples()]
print(mixed.pivot(index=["kind", "counted"], columns="way", values="happens").to_string())

# %%
for said in mixed[mixed["happens"].isin(["refused", "error"])].drop_duplicates("happens")["said"]:
    print(said)

# %% [markdown]
# Half of the model's file arrives. A registry's client refuses by digest, whatever the format; by hand it hangs on the format. Over two hundred places at which a file may be cut off:

# %%
cut = pd.DataFrame(result["cut"])
cut["happens"] = cut["said"].map(describe)
print(cut.pivot(index="form", columns="way", values="happens").to_string())
print(pd.DataFrame(result["cuts"]).set_index("form").map("{:.0%}".format).to_string())

# %% [markdown]
# ## The registry is down
#
# A host's process starts anew, its container starts anew (what it had written is gone), or a host is new.

# %%
outage = pd.DataFrame(result["outage"])
outage["answers"] = outage["said"].eq("answers").map({True: "yes", False: "no"})
print(outage[~outage["registry"]].pivot(index="host", columns="way", values="answers").to_string())
print("with the registry, all answer but:")
for row in outage[outage["registry"] & (outage["answers"] == "no")].itertuples():
    print(f"  {row.way}, {row.host}: {row.said}")

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
# | copied by hand | nothing to run; the fastest to the first answer; no outage of a registry touches it | no host knows what answers; what does not fit answers all the same; somebody has to be there |
# | model-in-image | code and model are what was tested together; starts again with nothing but itself | each model is a build and a new process |
# | model load | a process goes on answering; models and code have their own rhythm | the two have to be made to fit; a new container needs the registry |
#
# **When to use which.** One host and its maker: copy, but write a digest and a version beside the file. More hosts: put the model into the image, in a layer of its own and the last one,
# and run two processes. Load models when they change more often than code, or take too long to start with, and then let each say which code it was made for.
#
# ## To discuss
#
# 1. Which model answers on each of your hosts now, and how do you know?
# 2. Your registry is down and a host dies. What happens?
#
# ## Threats to validity
#
# - **Construct.** The seconds are the machine's: typing, waiting for a colleague and a forgotten host are not in them, and they are what copying by hand costs.
# - **Internal.** The contract of the code is counted up by people; where they forget, model load lets in what copying lets in. Packages of an image are unpacked once, as engines do; the interpreter is this machine's.
# - **External.** A loopback instead of a network: with a slow one, bytes count for more, and the three move the same for each further release. NumPy alone is a small environment.
# - **Conclusion.** Nine releases of two sizes, one of the largest, on two cores: medians with their range, no interval.
