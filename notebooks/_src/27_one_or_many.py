# %% [markdown]
# # 27. One box or many
#
# **A process a model keeps one model's death, hang or leak from the answers of all others, and that is what it is for: it takes two to three times the time of a quick question and several times the memory, and what asking at once saves, threads in one box save as well unless the models hold Python's lock.**
#
# **Your bet.** Four models answer about a flight, 60 questions a second, under a supervisor that starts again what ends, outgrows its limit or does not answer a probe. One model goes wrong.
#
# 1. All four are in one process, and one *dies*. For how long do the other three not answer? And if it *hangs*? If it *leaks*?
# 2. It *waits*, each question for a dependency that never answers, in a thread of its own. When does the supervisor notice?
# 3. One process a model, asked at once: how many times as long does a question for one quick model take, and eight models in memory?
# 4. Eight models wait 5 ms each, or compute for 5 ms. How much sooner is the answer of all if each has its process? If each has a thread?
# 5. Preparation and model are released apart, and for a day they do not match. How many nats does that lose, and who notices?

# %%
import inspect
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from antipatterns.serving import all_in_one
from antipatterns.serving.all_in_one import site as one_box
from lab.patterns import planted_models
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.made_up_rows import fit_on_made_up_rows
from lab.patterns.parted_blast import BIN
from lab.patterns.parted_models import FAULTY, LARGE, write_question
from lab.patterns.parted_site import open_site
from lab.patterns.parted_times import MARGIN
from lab.patterns.planted_models import DIES, HANGS, MILES
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.model_service.refusals import NotAnswered
from parts.supervisor.supervisor import Kept
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.serving import horizontal
from reference.serving.horizontal import gateway
from reference.serving.horizontal import site as side_by_side
from reference.serving.prep_pred import predicting
from reference.serving.vertical import cascade

# %%
result = record_of("one_or_many").value(RESULT)
blast, hops, many, loaded = (pd.DataFrame(result[name]) for name in ("blast", "hops", "many", "loaded"))
print("recorded on", record_of("one_or_many").made(RESULT)["date"])
print(f"the generator could ask {result['ceiling']:.0f} times as fast as it ever had to")

# %% [markdown]
# ## Four cuts through the same code
#
# A caller knows one address and says which models it wants, in which order, and how sure the first has to be to be enough. Preparation, models and the shell of all services are the same
# on all sides ([`parts/several_models`](../parts/several_models)); what differs is where a process ends.

# %%
show_picture(lambda path: draw_sides("one_or_many", path))

# %% [markdown]
# So a side is little more than a plan of its processes, and for the three that are cut a door. The exhibit's history is the usual one: the first model had room to spare.

# %%
print(inspect.getsource(one_box.plan_site), inspect.getsource(side_by_side.plan_site), sep="\n")
print(inspect.getsource(gateway.open_gateway))

# %% [markdown]
# The door of the cascade asks one after the other and stops early; the one of preparation sends its version along with the row, because nothing else would show which it is:

# %%
print(inspect.getsource(cascade.open_cascade).partition("demand_match")[2].partition("\n\n")[2])
print(inspect.getsource(predicting.demand_version))

# %% [markdown]
# ## A supervisor, and faults that are real
#
# All processes stand under one supervisor ([`parts/supervisor`](../parts/supervisor)). It does what a process manager and a probe for life do together:

# %%
print(inspect.getsource(Kept._watch))

# %% [markdown]
# And the fourth model really goes wrong: nothing of this is a sleep or an `exit`.

# %%
for fault in (planted_models.die, planted_models.hang, planted_models.wait_for_nobody, planted_models.leak):
    print(inspect.getsource(fault))

# %% [markdown]
# Live, with two models: one is killed by its own question. Who still answers in the next moment, and what did the supervisor see?

# %%
fitted = fit_on_made_up_rows()
models = fitted.write(Path(tempfile.mkdtemp()) / "models")
question = write_question(fitted.later.iloc[0].to_dict(), [LARGE, FAULTY])
for side in (all_in_one, horizontal):
    with open_site(side, models, [LARGE, FAULTY]) as site:
        for asked in ({"models": [FAULTY], "distance": MILES[DIES]}, {"models": [LARGE]}):
            try:
                said = f"answered by {len(site.open_caller().ask(question | asked)['prediction'])}"
            except NotAnswered as error:
                said = f"no answer: {error}".partition(" cannot")[0]
            print(f"{side.__name__.split('.')[-1]:10} asked {asked['models']}: {said}")
        site.wait_until_whole(question)
        print(f"{'':10} and then: all answer again; seen:", [event.why for event in site.supervisor.events])

# %% [markdown]
# ## What one model takes along
#
# Questions that have nothing to do with the fourth model, from the moment of its fault on: the share that was lost (no answer within a second), least and most of the rounds; seconds to recover in each round (`nan`: not
# within the window); *worth*: for how many seconds that is all of them; the share of questions for all four that were answered at all; and what the supervisor saw.

# %%
shown = blast.assign(seconds=[[round(float(s or np.nan), 1) if s != 0 else 0 for s in of] for of in blast["seconds"]])
print(
    shown[["fault", "side", "share", "low", "high", "worth", "seconds", "for_all", "seen"]]
    .round(2)
    .to_string(index=False)
)

# %%
lines = {}
for row in blast[blast["fault"] == HANGS].itertuples():
    each = np.array(row.by_time)
    bins = zip(np.median(each, axis=0), each.min(axis=0), each.max(axis=0), strict=True)
    lines[row.side] = {round((place + 1) * BIN, 1): Estimate(*of) for place, of in enumerate(bins)}
dial = turn_chart.Dial("seconds after one model hangs")
title, unit = "Unrelated answers lost", "share of the questions of that time"
show_picture(lambda path: turn_chart.draw(lines, 0.01, dial, path, title, unit), width=720)

# %% [markdown]
# Three things to see. The box is back as soon as a process can start: what is lost is *the start, and before it the probe*. `prep_pred` is a cut that does not help here: all models are in one process
# still, and only the door lives on to say so. And a model that *waits* takes the box for ever, because its threads are gone while `/health`, which needs none, goes on answering. Nobody restarts what looks well. A probe that asks for a real prediction would have seen it.
#
# And one thing that PREDICTIONS.md expected and that did not come: with a process a model, the waiting one holds the *door's* threads for the time limit, so others were to be lost. But the shell of a service refuses at once
# what is more than it can take on, so after the first sixteen questions the door waited no longer.
#
# ## What a cut costs a caller
#
# One caller, one question after the other, over the same in one box; medians of rounds by turns, least and most. *cascade*: the small model first, and the large one where it is not sure enough, on all sides.

# %%
TIMES = ["setting", "way", "own", "rival", "value", "low", "high", "word"]
print(hops[TIMES].round(2).to_string(index=False))
for name, of in result["bytes"].items():
    print(f"{name}: {of['whole']} bytes there and back, of which bodies {of['bodies']}")

# %% [markdown]
# ## Slowest of k, or the sum?
#
# A question for k models that cost 5 ms each. In one box they are asked one after the other; there in threads; or each in its process. Time over that of one after the other:

# %%
split = many["setting"].str.extract(r"(?P<kind>.*): (?P<k>\d+)").astype({"k": int})
many = pd.concat([many, split], axis=1)
told = many.pivot_table(index=["kind", "way"], columns="k", values="value", sort=False)
words = many.pivot_table(index=["kind", "way"], columns="k", values="word", sort=False, aggfunc="first")
print(told.round(2).to_string(), words.to_string(), sep="\n\n")

# %%
lines = {
    kind: {r.k: Estimate(*np.log2([r.value, r.low, r.high])) for r in of.itertuples()}
    for kind, of in many[many["way"] == "horizontal"].groupby("kind", sort=False)
}
dial = turn_chart.Dial("models that are asked")
title, unit = "Each in its process, against one after the other", "doublings of the time (less is better)"
show_picture(lambda path: turn_chart.draw(lines, np.log2(MARGIN), dial, path, title, unit), width=720)

# %% [markdown]
# So it is the *asking at once* that pays, and for models that wait a thread does it as well as a process, without the hops. The cut itself can be worth something in one row: models that compute and hold Python's lock. On two cores it cannot save more than half of their time, *by construction*.
#
# ## Memory, as models are added
#
# MB of all processes, pages that they share counted once:

# %%
print(pd.DataFrame(result["memory"]).round(1).to_string(index=False))
print(f"size of a model from which a cut costs less than a quarter more, by arithmetic: {result['size']:.0f} MB")

# %% [markdown]
# ## Load, and where it turns
#
# Questions for one of eight models, each of which computes for 5 ms and holds the lock, at more and more of them a second. Median wait over that of one box (what is not answered counts as ten seconds; *answered*: the share); two copies of the box are the rival that costs one process more:

# %%
print(loaded[[*TIMES, "answered", "rival_answered"]].round(2).to_string(index=False))
lines = {
    way: {r.setting: Estimate(*np.log2([r.value, r.low, r.high])) for r in of.itertuples()}
    for way, of in loaded.groupby("way", sort=False)
}
dial = turn_chart.Dial("questions a second")
title, unit = "Median wait, against one box", "doublings of the wait (less is better)"
show_picture(lambda path: turn_chart.draw(lines, np.log2(MARGIN), dial, path, title, unit), width=720)

# %% [markdown]
# And each in its process against the two copies; then, over all dials, from where on a way is better than one box, in every round (`None`: nowhere on the dial):

# %%
over = pd.DataFrame(result["over_copies"])
print(
    over.loc[over["way"] == "horizontal", ["setting", "value", "low", "high", "word"]].round(2).to_string(index=False)
)
for dial_name, turns in result["turns"].items():
    print(f"{dial_name}:", turns)

# %% [markdown]
# ## Two releases that have to match
#
# Preparation and model in two processes can be of two versions. In one box this is found when it starts. What would be lost, on eight weeks of real flights, if nothing compared versions? *outside*: the share of rows with a value that the
# model has never seen the like of, against the highest of any week without a fault (*usual*): what a check of ranges goes by.

# %%
changes = pd.DataFrame(result["changes"])
shown = ["change", "refused", "value", "low", "high", "word", "flips", "outside", "usual", "ranges"]
print(changes[shown].round(3).fillna("").to_string(index=False))
print("names in the tables of winter and of summer:", result["names"])

# %% [markdown]
# The width of a row is the only thing that an ordinary runtime looks at. With the preparation's version in the message all of these are refused, *by construction*, and by a test: then the site answers nothing until both are of one version, so they are released together, or side by side under two addresses.
#
# ## A cascade
#
# What the small model settles by itself, and the nats that this loses against asking the large one always:

# %%
print(pd.DataFrame(result["cascade"]).round(4).to_string(index=False))

# %% [markdown]
# An early exit saves the large model's time in a box as well as across a cut; the cut adds a hop for all that is not settled. What it buys is the line *vertical* further up: with the large model dead, everybody still has the small one's answer.
#
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | all in one | ms, MB, one version of everything, one thing to start | one model's fault is everybody's; one lock; one limit of memory for all |
# | prep-pred | another runtime, machine or release for the models | a hop for every question; versions that differ without a word; all models still share a fate |
# | vertical | goes on with the first model when the second is gone; the dear one runs only where it is wanted | times add up; the first model is everybody's fate |
# | horizontal | the others' answers, and a part of the answer instead of none; models that hold the lock | a process a model, a hop an answer; the door is a new single place to fail |
#
# **When to use which.** Begin with one box. If one core is full, run two copies of it before you cut it. Cut out the model that misbehaves, or that another team releases, and leave the rest together: what is gained is gained at that cut.
# If you cut preparation from prediction, send the version along on the first day. And let a probe ask what callers ask.
#
# ## To discuss
#
# 1. Which of your models has taken others along, and would the cut that you have have kept it from that?
# 2. What does your probe ask, and would it have noticed that all threads wait?
#
# ## Threats to validity
#
# - **Construct.** *Lost* is no answer within a second. A caller with patience, or one who asks again, loses less; one who asks the poison question again kills the next process too.
# - **Internal.** Faults are planted, one at a time, at moments that we chose. Seconds to recover are those of a start of this service on this machine: a model of a gigabyte starts later. The probe's half second is ours: an orchestrator's usual ten make the hang's line so much longer.
# - **External.** Two cores, one machine: a hop across a network costs more, and a process a model gains more on many cores. Models here are of one team and one set of packages. What a second copy of the box would save of the losses we did not measure: by arithmetic half of them where callers take turns, and all but the question itself where they ask again, unless that question is what kills. That packages conflict as models are added is a reason to cut that we did not measure: it changes with every release of theirs.
# - **Conclusion.** Few rounds: least and most are shown, and a word needs all of them. What a leak loses follows from its rate and from the room that it has; both are ours.
