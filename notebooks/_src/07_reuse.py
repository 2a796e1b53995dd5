# %% [markdown]
# # 7. Reuse: what does the next model cost?
#
# **When a store pays depends on what you count and on whom you compare it with: ask for the currency and the fair rival before you believe a number.**
#
# **Your bet.** A feature store is sold with a sentence: *the first model pays, every further one is nearly free.*
#
# 1. Two models use the same 21 features. How many of these have more than one definition, if you compare *values* in training and
#    serving: in the monolith, in the split, in FTI? The monolith writes each feature once.
# 2. FTI stores its features before the first model. From which model on has it computed fewer values than the monolith? And
#    kept fewer bytes?
# 3. In CPU seconds, what dominates a further model: making its features, or fitting it?

# %%
import logging
import os
import warnings

os.environ |= {"OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}
logging.getLogger("alembic").setLevel(logging.WARNING)
warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

import pandas as pd

from lab.study.results import read_study_results
from lab.study.rulers import definitions, freshness, recompute
from lab.study.rulers import model_overlap as overlap_ruler
from lab.study.rulers import shared_features as shared
from lab.study.steps.model_costs import CALENDAR, MODELS, SINCE
from lab.systems import find_system, list_compared
from measure.cost import break_even, footprint, overlap
from measure.cost.break_even import curve, recompute_factor
from measure.cost.reuse import compare_pairs, measure_cpu_seconds
from measure.data import sharing
from problem.contract import FEATURES
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import CUT_OFF, questions, scheduled_between
from publish.notebooks import notebook_picture

find_system("fti").import_door()  # here, as its libraries set filters of their own
warnings.filterwarnings("ignore", message="The ``noload`` loader strategy")  # MLflow's own, on its tables
results = read_study_results()

# %% [markdown]
# ## Who shares which feature?
#
# Two models are deployed in each system, for `late` and for `delay`. By name it is easy: each `fit` got all features. But a name
# is not a feature. We compare the values that training and serving hold for the same question; a feature has as many definitions
# as it has different columns of values.
#
# *Predict:* how many of the 21 have two, per system?

# %%
found = shared.find_sharing(results)
print(f"{'':27}{'features':>9}{'shared by name':>16}{'by value':>10}{'two definitions':>17}")
for (name, mode), of in found.items():
    twice = (of.per_feature["definitions"] > 1).sum()
    print(f"{name:17}{mode:10}{len(of.per_feature):>9}{of.shared:>16.0%}{of.shared_by_value:>10.0%}{twice:>17}")

# %%
first = {name: next(of for (its_name, _), of in found.items() if its_name == name) for name in list_compared()}
notebook_picture.show_picture(lambda path: sharing.draw(first, path), width=640)

# %% [markdown]
# Where a feature has two definitions, a model is fitted on one set of values and asked about another. "We share all our features" is then true
# of the column names, and in the shared split even of the code.
#
# Two things to know before you quote the last column. One cell that differs, in one of all answers, is enough for two definitions. And
# it is row skew (lesson 5a) in other words: a feature has two definitions by value exactly where it is skewed. One fact, so count it once.
#
# ## Two rulers, two answers
#
# Lesson 6 counted definitions in the *code*: two, if mutants can move training alone and serving alone. This lesson
# counts them in the *values*. *Predict:* where do the two disagree?

# %%
for key, changed in definitions.changes(results).items():
    in_code = changed.definitions(FEATURES)
    in_values = found[key].per_feature.set_index("feature")["definitions"].to_dict()
    counts = [sum(count > 1 for count in twice.values()) for twice in (in_values, in_code)]
    print(f"{key[0]:17}{key[1]:10} two definitions in the values: {counts[0]:2}, in the code: {counts[1]:2}")

# %% [markdown]
# Where the values say two and the code says one, a text is written once and run at two instants (lesson 2). The value ruler calls that two
# definitions, and that is how the model meets them; the code ruler calls it one, and that is what you would have to repair.
#
# Where it is the other way round, what two stores hold *is* equal, and the code *could* let them part (lesson 6).
# A ruler of values tells what has happened, a ruler of code what may happen. Neither replaces the other.
#
# ## Break-even by hand
#
# What is paid before any model, and what each model adds. Own: 10 once, then 3 a model. Rival: nothing once, 5 a model.
#
# *Predict:* from how many models on is the first the cheaper one? And if its models cost 5 as well?
#
# *Try this:* let the first model cost 8 and the others 1, as where a registry is set up on the way: `curve(10, [8, 1, 1])`.

# %%
rival = curve(0, [5, 5, 5])
for each in (3, 5, 6):
    own = curve(10, [each] * 3)
    print(f"{each} a model: {own.cumulated} against {rival.cumulated}, k* = {break_even.break_even(own, rival)}")

# %% [markdown]
# Beyond the measured models the curve goes on with its mean step. `inf` is an answer: some investments never pay. k* = 1 says
# cheaper from the first model on: nothing had to be paid back.
#
# ## The models that are added
#
# One after the other, each on the same 21 features. The last is the base of a nightly demand forecast, seats to be rebooked per
# flight; it is a nightly question, so real time has three. Full overlap of features: the best case for a store.

# %%
costs = recompute.costs(results)
for mode, models in MODELS.items():
    asked = costs.loc[costs["mode"] == mode, "questions"].max()
    print(f"{mode:10} {', '.join(models)}; {asked:,} questions each, {SINCE:%d %b} to {CUT_OFF:%d %b}")

# %% [markdown]
# What each stage handed out in raw rows, and what it computed in feature values. *Predict:* whose first model reads most? What does
# FTI's second model still read, although its features are stored?

# %%
once = costs[costs["round"] == 0]
for (name, mode), of in once.groupby(["system", "mode"]):
    print(f"\n{name} {mode}\n{'':20}{'raw rows':>12}{'values':>12}{'MB kept':>9}")
    for stage in of.itertuples():
        kept = f"{stage.bytes_kept / 1e6:>9.1f}"
        print(f"    {stage.stage:16}{stage.rows_read:>12,}{stage.values_computed:>12,}{kept}")

# %% [markdown]
# The monolith asks the warehouse again for each date of history; that is why it reads most. FTI's training reads raw rows for
# labels only, besides its own store, which is not counted here as it is not raw. And look at the last column: a store keeps
# what others throw away, and its registry keeps more per model than a file does.
#
# ## How often is a value computed?
#
# The *recompute factor*: values computed over distinct values needed. 1 is each value once; below 1, one computed value answers
# several questions. *Predict:* monolith and FTI after one model, and after the last.


# %%
def factors(of):
    total = of["values_computed"].cumsum()
    asked = of["questions"].max()
    return [round(float(recompute_factor(n, asked, recompute.FEATURE_VALUES)), 2) for n in total[1:]]


for (name, mode), of in once.groupby(["system", "mode"]):
    print(f"{name:17}{mode:10} {factors(of)}")

# %%
values = recompute.curves(results, "values_computed")
for (name, mode), line in values.items():
    print(f"{name:17}{mode:10} after 1, 2, ... models, millions: {[round(v / 1e6, 2) for v in line.cumulated]}")
    if name != "fti":
        print(f"{'':27} k* of fti against it: {break_even.break_even(values['fti', mode], line):.0f}")

# %% [markdown]
# PREDICTIONS.md said "at one model the monolith computes least". Before you strike that out, ask *what is counted*. For monolith and split our
# ruler counts a cell of the table: one value per question and feature. For FTI it counts what is written to the store, once, however many
# questions read it. But the monolith too computes the mean delay at LaGuardia once a night and hands it to all flights from there.
#
# So count the monolith as the store is counted: a value that several questions of one instant share counts once. (Both make some
# groups besides that nobody asks about.)
#
# *Predict:* what becomes of k*?

# %%
asked = scheduled_between(questions(load_facts().known_at(CUT_OFF), "batch"), SINCE, CUT_OFF)
VALUES_BY_KEY = {"origin": 7, "carrier origin": 1, "origin dest": 2, "tailnum": 4}
distinct = {keys: len(asked.drop_duplicates(["asked_at", *keys.split()])) for keys in VALUES_BY_KEY}
a_model = CALENDAR * len(asked) + sum(count * distinct[keys] for keys, count in VALUES_BY_KEY.items())
fair, own = curve(0, [a_model] * len(MODELS["batch"])), values["fti", "batch"]
print("distinct keys and nights:", distinct)
for name, line in {"monolith, counted like the store": fair, "fti": own}.items():
    print(f"{name:33}{[round(v / 1e6, 2) for v in line.cumulated]}")
print(f"k* of fti: {break_even.break_even(own, fair):.0f}")

# %% [markdown]
# The two k* differ by nothing but the way of counting. In real time hardly two questions share an instant, so there it matters less. Whatever you
# read about recomputation: ask what one "value" is.
#
# ## Bytes and code
#
# *Predict:* k* for bytes kept, and for code?

# %%
for mode, rival in (("batch", "monolith"), ("real_time", "split")):
    kept = recompute.curves(results, "bytes_kept")
    k = break_even.break_even(kept["fti", mode], kept[rival, mode])
    print(f"{mode:10} bytes: fti against {rival}, k* = {k}")
for name in list_compared():
    size = footprint.size(find_system(name).code)
    print(f"{name:9} {size.files:>3} files, {size.nodes:,} nodes of the syntax tree")

# %% [markdown]
# Infinity is an answer: a store that begins with more and saves nothing with any further model never comes near. Its history stays, its registry
# keeps an artefact per model, and here no system needs new code for a model on known features. That a *different* model might save code is
# asked with the change requests, later.
#
# ## CPU seconds
#
# These differ from machine to machine, so this is the one output that is not compared. The table: median of three
# interleaved rounds by stage; stage 0 is the feature pipeline. Then k* with the lowest and the highest round, fitting alone on features
# that are there, and the price of keeping the store fresh as it is deployed.
#
# *Predict:* does the store pay for the models we have, against the monolith and against the split?

# %% tags=["nbval-ignore-output"]
seconds = costs.pivot_table(index=["system", "mode"], columns="number", values="seconds", aggfunc="median")
print(seconds.round(1).to_string(na_rep=""), "\n")
for row in [*recompute.rows(results), *overlap_ruler.rows(results)]:
    if row.key in ("break_even", "overlap", "marginal") and row.low is not None:
        told = ["> 100" if of > 100 else f"{of:.3g}" for of in (row.value, row.low, row.high)]
        print(f"{row.key:10} {row.part:22} {row.mode:10} {told[0]} [{told[1]}, {told[2]}]")
table = results.table("train-fti", "training")
table = table[(table["mode"] == "real_time") & (table["asked_at"] >= SINCE)]
fitting = measure_cpu_seconds(lambda: new_learner("late").fit(table[list(FEATURES)], table["label"]))
refresh = results.table("refresh-fti", "cpu").set_index("interval").loc[freshness.DEPLOYED, "per_day"]
saved = seconds.loc["monolith"].sum(axis=1).iloc[0] - seconds.loc[("fti", "batch")].sum()
print(f"fitting one model: {fitting:.1f} s; saved per training of all batch models: {saved:.1f} s")
print(f"refreshing: {refresh:.1f} s a day")
notebook_picture.show_picture(lambda path: break_even.draw(recompute.curves(results), "CPU seconds", path), width=640)

# %% [markdown]
# How to read it:
#
# - **Against the monolith**: it walks through the history date by date for every model. The bracket, from the lowest to the highest round, says
#   how well k* is known; extremes of a few rounds are no interval.
# - **Against the modular monolith**: it makes its table in a few passes. Compare what a *further* model costs on either side (`marginal`).
# - **Against the split**: its offline half makes all features in a few passes, too; look which part of a model's cost is fitting, as nobody can
#   store that. FTI's first model pays besides for setting up a registry. A k* beyond the models measured, or one that jumps between rounds,
#   is "not soon" and not a number. (`break_even` is where the drawn curves meet, with each model as it was measured; `overlap` takes one mean model
#   for all further ones, so its line of 100 % may say otherwise. With a `marginal` near 1 neither is a number.)
# - PREDICTIONS.md expected the second model to be cheapest in FTI, *but by less than half*. Check it per rival in the table.
#
# ## What is not charged
#
# - **Keeping the store fresh.** The last line above is paid every day, whether a model is trained or not (extrapolated from two dozen
#   refreshes). Hold it against what one training of all models saves, and against how often you train: this installation trains twice
#   a year. In the scorecard it is `refresh_cpu`, for other intervals too. The monolith makes features each night for its answers and the
#   split keeps state; these are not charged either. The store has to be paid by what it does for *serving*, or by many more trainings.
# - **People.** Seconds are cheap. Who finds the feature, trusts it and may change it is the real price of recompute, and no ruler here sees it.
#
# ## If models share less
#
# So far all models read the same features. Let six alike models share 0 to 100 % of them: of a further model's features the store has that
# share already, and fills the rest; a program that makes its features in every run pays in full, whatever is shared. First in values,
# which every machine computes alike.
#
# *Predict:* at which overlap does the store stop paying?

# %%
rivals = {
    ("batch", "monolith"): values["monolith", "batch"],
    ("batch", "monolith, counted like the store"): fair,
    ("real_time", "split"): values["split", "real_time"],
}
for (mode, rival), other in rivals.items():
    line = values["fti", mode]
    each = line.cumulated[1] - line.cumulated[0]
    found = overlap.find_meetings(overlap.Parts(line.cumulated[0] - each, each), overlap.Parts(0, other.cumulated[0]))
    print(f"{mode:10} k* against the {rival:34}", {f"{share:.0%}": k for share, k in found.items()})

# %% [markdown]
# In CPU seconds the rows `overlap` and `marginal` of the cell above say it, also against the two controls. *At no overlap nothing is
# reused*: where the store is cheaper there, it is cheaper for another reason (it fills its history in one sweep, where the monolith goes
# night by night). The modular monolith, which makes its table in a few passes too, is the fair rival for the question whether *reuse* pays.

# %%
notebook_picture.show_picture(
    lambda path: overlap.draw(overlap_ruler.measure_medians(results, controls=True), "fti", path), width=640
)

# %% [markdown]
# ## Your own code
#
# `compare_pairs` runs callables by turns, every other round backwards, and takes CPU seconds; compare within a round, never between
# runs. One callable a model, and one for what is paid before any model; `curve` takes the median of each. Here the store makes a table
# once and its models read it, while the rival makes it anew for every model. Put your own trainings in their place.
#
# *Try this:* make two callables the same. How far from 1 does `yours.ratio` of the two get on your machine?

# %%
delays = pd.Series(range(300_000), dtype=float)
made = {"table": lambda: [delay**2 for delay in delays]}
stored = {"mean": delays.mean, "spread": delays.std, "most": delays.max}
each = {f"rival, {name}": lambda fit=fit: (made["table"](), fit()) for name, fit in stored.items()}
yours = compare_pairs(made | stored | each, rounds=3)
medians = yours.seconds.median()
own, rival = curve(medians["table"], medians[list(stored)]), curve(0, medians[list(each)])
print(f"{len(yours.seconds)} rounds; {own.models} models on either curve")
print(f"the store is the cheaper one from some model on: {break_even.break_even(own, rival) < 4}")

# %% [markdown]
# ## Where the anti-pattern wins
#
# - **Bytes and code.** The monolith and the split keep a model file and nothing else.
# - **One model.** Until further models arrive, a store is a bet.
# - **CPU.** One program that makes a table in a few vectorised passes needs no store to be cheap. If recomputation
#   is your argument for a store, profile the fitting first.
# - **No upkeep.** No schedule runs when nobody asks or trains.
#
# What FTI has to show: one set of values for all models, on both sides, and a training that reads little from the source. The
# first is the stronger argument, and CPU is not where it is found.
#
# ## To discuss
#
# 1. Your platform team wants to fund the store by saved compute. Which three numbers do you ask for?
# 2. Two models share a feature by name; one team wants another window. Who decides, and what does it cost in each shape?
# 3. The monolith's definitions count as two by value and as one by code. Which would you report to an auditor?
# 4. When is a k* of infinity a good investment?
#
# ## Threats to validity
#
# - Targets from one table: nothing has to be joined for a further model. That favours every system, FTI most. Overlaps below 100 % are
#   computed from measured parts, not run.
# - The ruler counts computed values in two ways, as shown; raw rows count what a table handed out, not what was really scanned; rows
#   of the store are not raw rows, so FTI's own reads are free here.
# - Two months of history, few rounds of six runs, one machine. k* against the split is a quotient of small differences.
# - Starting programs, serving, and keeping fresh are not charged; a store is shared by teams, and here there is one.
# - Sharing by value is seen on the answers that came out of the running systems: for FTI in real time these are seven stated days.
# - The store and its joins were tuned by us; the monolith was left as a competent first version would be.
