# %% [markdown]
# # 31. What happened on Tuesday?
#
# **A record with versions, ages and times by part names causes that a line of text cannot; features make it twice as large and bring the cause among the first fields more often, but few of these get past what fields reach by themselves on other evenings, and where few instances have the fault the record without them names more.**
#
# **Your bet.** A service answers all year, from stored features, in twenty instances, for three callers. At midnight somebody complains of the evening. Ten faults were really put in, each on twelve evenings; one procedure, fixed before any of them existed, ranks all recorded fields by how much they moved and names three, if the first moved more than any field does on other days.
#
# 1. Of a hundred troubles, how often is a field of the cause named from a line of text an answer? From structured records? With all features in them?
# 2. Only one instance of twenty has the fault. How often now, from each?
# 3. On how many evenings of a hundred is something named though nothing was wrong?
# 4. One answer in ten is recorded, with features: does that tell more than all of them without?
# 5. How many µs and bytes is an answer's record, and what of it is gone after `kill -9` if a thread writes it once a second?

# %%
import inspect
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from antipatterns.operation.no_logging import forms as exhibit
from antipatterns.operation.no_logging.line_log import LineLog
from lab.patterns import recorded_faults
from lab.patterns.example_answers import make_answered
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.recorded_checks import verify
from lab.patterns.recorded_diagnoses import Records, find_leads, record
from lab.patterns.recorded_replay import Stack, ask_flights
from lab.patterns.recorded_store import Store, find_refreshed, refresh_all
from lab.patterns.recorded_verdicts import MARGIN
from lab.patterns.recorded_year import Year, answer_year, strike
from measure.data import diagnosis
from measure.data.days import Estimate
from measure.figures import turn_chart
from problem.facts import load_facts
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.operation.prediction_log import direct_log
from reference.operation.prediction_log import forms as reference

# %%
result = record_of("what_happened").value(RESULT)
shares, differences, by_fault = (pd.DataFrame(result[name]) for name in ("shares", "differences", "by_fault"))
print("recorded on", record_of("what_happened").made(RESULT)["date"])
print(f"{result['troubles']} troubles, {result['clean_evenings']} clean evenings, {result['answers']:,} answers")

# %% [markdown]
# ## What is kept of an answer
#
# Both sides are told the same of each answer ([`problem/recorded.py`](../problem/recorded.py)) before it leaves.

# %%
show_picture(lambda path: draw_sides("what_happened", path))

# %% [markdown]
# The exhibit is the log that every service has: a line an answer, on the day of the release; and the level WARNING since the disk was full of them (*nothing*). The reference keeps fields, in one level:

# %%
print(inspect.getsource(LineLog.record))
print(inspect.getsource(direct_log.make_row))

# %% [markdown]
# One answer as each of them has it:

# %%
FORMS = {**exhibit.FORMS, **reference.FORMS}
for name in ("nothing", "text lines", "structured", "with vectors"):
    folder = Path(tempfile.mkdtemp())
    record(FORMS[name], folder, [make_answered()], [0])
    print(f"{name}:", "".join(file.read_text() for file in folder.iterdir()))

# %% [markdown]
# ## A disk that is full
#
# A log fails when it is needed most: the disk fills up on the day on which everything goes wrong. An answer does not fail for it. What cannot be written waits in memory, in order:

# %%
print(inspect.getsource(direct_log.DirectLog.record))
print(pd.DataFrame(result["disk"]).to_string(index=False))

# %% [markdown]
# (*told*: lines on the error stream. A log of text gives a stack trace each, and keeps what happens to fit into a buffer.)
#
# ## One procedure, which knows no fault
#
# Somebody who looks into a complaint has a story ready. A procedure has none. This one was committed before the faults: it holds the six hours before the complaint against the same hours of the fourteen days before, field by field, whatever the field is called.

# %%
print(inspect.getsource(diagnosis.find_times))
print(inspect.getsource(diagnosis.Diagnosis.named.fget))

# %% [markdown]
# *Times*: how often as far as on the farthest other day. *Limit*: the most that any field reaches on any of the other days. So on a clean evening something is named about one time in fifteen, if days are alike.
#
# ## Ten faults, each where it would be
#
# A source changes, a job hangs, a file is copied over another. For example:

# %%
for fault in (recorded_faults.measure_in_celsius, recorded_faults.overwrite_champion, recorded_faults.add_offset_twice):
    print(inspect.getsource(fault))

# %% [markdown]
# Before anything is diagnosed, all that is known of the answers is compared with those of a service that is well: a fault that is not there, or is more than it says, stops the experiment.

# %%
print(inspect.getsource(verify))

# %% [markdown]
# Live, three weeks of a few flights and a stand-in for a model, which adds up what it gets. The refresh of one stored table hangs. Does each form lead to it?

# %%
facts = load_facts()
asked = ask_flights(facts, end="2013-03-16", every=8)
stored = refresh_all(facts, asked)


def adding(rows):
    return [sum(value for value in row.values() if isinstance(value, int | float)) for row in rows]


year = Year(facts, asked, stored, Stack("r7", "sum/1", adding, Store(stored, find_refreshed(asked)).fetch), adding)
well, midnight = answer_year(year), year.list_evenings()[-1]

# %%
trouble = strike(year, well, "refresh of a table hangs", midnight, seed=1)
hit = np.ones(len(asked), dtype=bool)
for name in ("text lines", "with vectors"):
    folder = Path(tempfile.mkdtemp())
    usual = record(FORMS[name], folder / "usual", well, range(len(well)))
    ill = record(FORMS[name], folder / "ill", trouble.answers, trouble.numbers)
    leads = find_leads(Records(usual, [ill]).read_trouble(0, midnight, hit), midnight)
    print(f"{name:12} {len(usual.columns)} columns; of the cause:", sorted({*leads.first} & trouble.cause))

# %% [markdown]
# ## Which cause is named, from what
#
# On how many of the evenings a field of the cause was named; in brackets, on how many it was among the first three of the ranking, named or not. All instances have the fault, all answers are recorded. That nothing is found in nothing is so *by construction*, and so it is where a form has no field of the cause.

# %%
by_fault["told"] = [f"{row.found} ({row.ranked})" for row in by_fault.itertuples()]
print("evenings:", by_fault["evenings"].max())
print(by_fault.pivot_table(index="fault", columns="form", values="told", aggfunc="first", sort=False).to_string())

# %% [markdown]
# What is told by a *value of its own* (a version, a release, an age that grows and grows) is named from the least record that has the field. What is told by a shift of a feature competes with everything that shifts by itself. And a file that is copied over another has no field at all: the version stays, the answers change. A digest of the model's file beside its version would be one field more.
#
# ## Few instances, few records
#
# The dial is the share of the instances that the fault sits on. *value*: share of all troubles whose cause is named, with 95 % intervals by evenings; *ranked*: among the first three.

# %%
SHOWN = ["form", "touched", "kept", "value", "low", "high", "ranked"]
print(shares.loc[(shares["kept"] == 1) & (shares["form"] != "nothing"), SHOWN].round(2).to_string(index=False))

# %% [markdown]
# The same against the structured record: named from *text*, named with *features*, and with features among the first three (*ranked*) against the same of the structured record.

# %%
whole = differences[differences["kept"] == 1].set_index(["own", "rival", "by"]).sort_index()
with_features = {by: whole.loc[("with vectors", "structured", by)] for by in ("found", "ranked")}
lines = {"text": whole.loc[("structured", "text lines", "found")].assign(value=lambda of: -of["value"])}
lines["text"][["low", "high"]] = -lines["text"][["high", "low"]].to_numpy()
lines |= {"features": with_features["found"], "features, ranked": with_features["ranked"]}
points = {k: {r.touched: Estimate(r.value, r.low, r.high) for r in of.itertuples()} for k, of in lines.items()}
dial = turn_chart.Dial("share of the instances that have the fault", "{:.0%}")
title, unit = "Causes that are missed, against structured", "share of the troubles (less is better)"
show_picture(lambda path: turn_chart.draw(points, MARGIN, dial, path, title, unit), width=720)

# %% [markdown]
# One form against the other, and the largest share of the instances at which it is *not better* any more, or *worse*, going down (`nan`: nowhere). *pushed out*: troubles whose cause only the rival leads to.

# %%
PAIR = ["own", "rival", "by", "touched", "value", "low", "high", "word", "pushed_out"]
apart = (differences["rival"] == "structured") & (differences["kept"] == 1)
print(differences.loc[apart, PAIR].round(2).to_string(index=False))
print(pd.DataFrame(result["turns"]).astype({"not_better": float, "worse": float}).to_string(index=False))

# %% [markdown]
# Here is the price of features that nobody expected to pay in diagnoses. All fields have to pass a *limit*: what the farthest of them reaches by itself on other days. We take it that rain sets it (it falls on few evenings, and comes first on most clean ones, below); with more fields there are more that jump. Whoever looks at the ranking anyway is better off with features; an alarm on it is not.
#
# And if only a part of the answers is recorded? With features, against *all* answers in a smaller form:

# %%
sampled = pd.DataFrame(result["sampled"])
print(sampled[["kept", "rival", "value", "low", "high", "word"]].round(2).to_string(index=False))

# %% [markdown]
# ## When nothing was wrong
#
# Share of clean evenings on which something is named, against text lines; and which field came first then:

# %%
clean = pd.DataFrame(result["clean"])
clean = clean[clean["form"] != "nothing"]
clean["fields"] = [", ".join(f"{name} {count}" for name, count in of) for of in clean["fields"]]
print(clean[["form", "value", "low", "high", "word", "fields"]].round(3).to_string(index=False))

# %% [markdown]
# The weather *does* change. A field that comes first on a clean evening is no error of the procedure but the answer to another question.
#
# ## What it costs
#
# Microseconds until an answer may leave, over those of text lines (median, least and most of the rounds); bytes an answer. What a queue saves its caller, its thread works off later:

# %%
costs, waits = pd.DataFrame(result["costs"]), pd.DataFrame(result["waits"])
print(costs[["form", "micros", "value", "low", "high", "word", "bytes"]].round(2).to_string(index=False))

# %% [markdown]
# A caller over HTTP, against a service that records nothing, both real processes:

# %%
print(waits[["form", "ms", "value", "low", "high", "word"]].round(2).to_string(index=False))

# %% [markdown]
# And what of the answers that callers have got is not on record when the process is killed (`kill -9`) right after the last one, in each round. What a queue loses is what came since its last write, *by construction* no more:

# %%
print(pd.DataFrame(result["kills"]).to_string(index=False))

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | nothing | bytes, µs, nobody's data is kept | no question about yesterday has an answer |
# | text lines | reading along; a new model; what the caller sent, if the line has it | what an answer was made from; loses lines when the disk is full, and says so in stack traces |
# | structured | versions, releases, ages, slow parts, also where few instances have the fault | which feature it is |
# | with vectors | the feature is among the first in the ranking; training and replays later | bytes; fields that move by themselves set the limit for all |
# | queued | what the answer itself pays | a kill takes what was not written yet; a thread that writes all the time takes the core from answers |
#
# **When to use which.** Write structured records from the first day, at once: versions, release, ages and times cost a few hundred bytes, and nothing can give them back later. Add the digest of the model's file. Keep features where somebody ranks and looks, or trains from them; and rank the fields that move by themselves apart from those that never should.
# Queue only when an answer is so fast that the write is felt, and write down how much may be lost.
#
# ## To discuss
#
# 1. Your last incident: which recorded field would have named its cause, and was it recorded?
# 2. Which of your fields must never change without a release, and does anybody look at these alone?
#
# ## Threats to validity
#
# - **Construct.** *Named* is what one procedure says. A person who knows the service reads more out of the same record, above all from the ranking; another procedure has another limit. This one was not changed after the faults were seen; what it says on an evening is counted, not explained. Structured records hold what the service knows of an answer, not what the caller sent: with carrier and airports in them, they would lead to some of what text lines lead to.
# - **Internal.** We chose the faults, and which fields count as their cause; both stand in PREDICTIONS.md with the date. Times are real and noisy: on another machine another evening is named for its milliseconds. A trouble that is none of time has the times of the same questions while all was well, as a second run is another moment of the machine.
# - **External.** A few hundred questions an evening. With a thousand times as many, a feature that moves a little is told apart from chance, and rain stays rain.
# - **Conclusion.** Twelve evenings: intervals know evenings, not faults. Ten other faults are another experiment.
