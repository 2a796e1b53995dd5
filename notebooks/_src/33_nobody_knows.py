# %% [markdown]
# # 33. And then there were none
#
# **What a changed unit costs is up to the model, little with trees but for °F to °C and a great deal with weighted sums; a declaration finds it if it changes along, something that does not come in the same unit finds whatever is beyond its tolerance on the first day, and where there is nothing to hold a number against the smallest factors are seen by no check.**
#
# **Your bet.** A service says whether flights will be late. It reads a schedule, a weather feed and landings; those who made it are gone. One morning a source delivers a number in another unit.
#
# 1. Distances grow by 0.3 %, 2 %, 61 %. Which of these does a range check see, which a test of distributions, which somebody who knows where the airports are?
# 2. Kilometres for miles, °C for °F, a pressure 2 % too high: which costs most nats an answer, with boosted trees, and with a logistic regression?
# 3. Can a wrong unit make answers *better*?
# 4. The source changes its declaration and forgets the values. Who is worse off: whoever reads declarations, or whoever never did?
# 5. You own this system since this morning. How many of twelve questions does its README answer? And is what it says so?

# %%
import inspect
from pathlib import Path

import pandas as pd

from antipatterns.operation import nobody_knows
from antipatterns.operation.nobody_knows import intake as as_found
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.owned_checks import list_starts
from lab.patterns.owned_deliveries import list_changes, load_source, make_deliveries
from lab.patterns.owned_replays import ALONE, BOTH, VALUES
from lab.patterns.owned_verdicts import MARGIN
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.tested_page.page import Step, run_step
from problem.owned import PLACES
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.operation import owned_system
from reference.operation.owned_system import cross_checks, intake

# %%
result = record_of("nobody_left").value(RESULT)
checks, costs, compared = (pd.DataFrame(result[name]) for name in ("checks", "costs", "compared"))
print("recorded on", record_of("nobody_left").made(RESULT)["date"])

# %% [markdown]
# ## What was found, and what somebody owns
#
# Both sides let deliveries in by one door ([`problem/owned.py`](../problem/owned.py)) and have the same ranges. What differs is what they know of the numbers.

# %%
show_picture(lambda path: draw_sides("nobody_left", path))

# %% [markdown]
# The exhibit is in good order: limits by somebody who knew the data, a page that tells how to start it. Nothing in it says in what unit anything is, as whoever wrote it knew.

# %%
print(inspect.getsource(as_found.Intake))
print(Path(nobody_knows.__file__).with_name("README.md").read_text())

# %% [markdown]
# The reference has a contract. A unit that is declared otherwise is converted at once and complained of. And three columns are held against something that does not come in the same unit: a distance against coordinates, a temperature against dew point and humidity (which is in per cent, whatever the thermometer), a delay
# against the clocks in its own message. This has the last word.

# %%
print("\n\n".join(Path(owned_system.__file__).with_name("contract.toml").read_text().split("\n\n")[:3]))
print(inspect.getsource(intake.Intake._cross))
print(inspect.getsource(cross_checks.expect_distance), inspect.getsource(cross_checks.expect_delay), sep="\n")

# %% [markdown]
# ## Live: one morning in June
#
# What each side says of that day's deliveries if the values change and the declaration does not (*values*), and if the declaration changes alone (*declaration*).

# %%
day = pd.Timestamp("2013-06-10")
deliveries, places = make_deliveries(load_source(), day, day), load_source().airports[[*PLACES]]
doors = {"as found": as_found.Intake(places), "owned": intake.Intake(places)}
print("the highest visibility of the year:", load_source().weather["visib"].max(), "miles")

# %%
for change in list_changes((1.02, 1.61)):
    told = []
    for name in ("values", "declaration"):
        came = change.deliver(deliveries[change.source, day], name == "values", name != "values")
        said = {side: {each.check for each in door.take(came).complaints} for side, door in doors.items()}
        told += [f"{side}, {name}: {' and '.join(sorted(of))}" for side, of in said.items() if of]
    print(f"{change.column:11}{change.name:9}", "; ".join(told))

# %% [markdown]
# Look at the visibility, too. A range that allows fifteen miles lets pass what a range that says ten would not: where a quantity has a cap, the tightest range is a cross-check for nothing. Neither side has it, as nobody had looked.
#
# ## What is seen
#
# A source changes a unit on nine days of June, September and December, for two weeks. The share of these in which a check rings beyond those in which it would have rung anyway, while the declaration stays as it is. Beside the checks of the sides: the range of the latest quiet month, and the two rules of
# [lesson 32](32_would_you_notice.ipynb) that look at what was served, a day's distribution against the week before, and outcomes against a table.

# %%
print(len(list_starts()), "placements")
print(checks.pivot_table(index=["column", "factor"], columns="check", values="share", sort=False).round(2).to_string())

# %% [markdown]
# What stands in the same place is seen the day it moves: a route has one length, so very little is enough. What moves by itself every day hides a factor: wind is never twice the same, and a test of distributions that was set so that it rings for no weather rings for no unit of the weather either. The lowest factor from which on each check sees it:

# %%
turns = pd.DataFrame(result["turns"]).set_index("column")
print(turns.drop(columns=["trees", "logistic regression"]).fillna("-").to_string())
print("\ndays in 30 with a false alarm:")
print(pd.DataFrame(result["false"]).round(2).to_string(index=False))

# %% [markdown]
# The range of the month sees more, and rings every other day: the season leaves last month's range by itself. And what outcomes say comes late, where it comes at all.
#
# That a cross-check sees what is beyond its tolerance is *by construction*. What could come out either way is what a small tolerance costs in false alarms: here is the least factor that is seen (temperatures have no such dial), and the days in 30 with a false alarm. The contract has 1 %.

# %%
tolerances = pd.DataFrame(result["tolerances"])
tolerances["least factor"] = [of or "-" for of in tolerances["sees"]]
tolerances = tolerances.rename(columns={"value": "false alarms"})
table = tolerances.pivot(index="tolerance", columns="column", values=["least factor", "false alarms"])
print(table.rename(index="{:.2%}".format).to_string())

# %% [markdown]
# Down to 0.2 % it costs nothing, so the contract is laxer than it has to be. Below, the distance rings every day: what is made of the coordinates is made for a round earth, and that error does not pass. A tolerance has to be larger than what the other side of the comparison gets wrong, and that is found by looking at quiet days.
#
# ## What it costs
#
# Nats an answer as long as the change lasts, as they were *served*, and with the *level* of the answers put right before (see below); *moved*: by how much an answer changes, up or down, in probability.

# %%
costs["level, word"], costs["level"] = ([each[key] for each in costs["level"]] for key in ("word", "value"))
shown = costs[costs["factor"].isin(["1.02", "1.09", "1.61", "°F to °C"])]
names = {"value": "served", "word": "served, word"}
print(
    shown.rename(columns=names)[
        ["column", "factor", "model", "served", "served, word", "level", "level, word", "moved"]
    ]
    .round(4)
    .to_string(index=False)
)

# %% [markdown]
# To boosted trees a factor is little: what was beyond the last split stays beyond it. °C is no factor: nearly every day is a frost then, and once the level is right, that costs trees more than the margin, too. A logistic regression multiplies each number by a weight, and a number that is large beside its spread, as a pressure is, carries it away.
#
# And yes, a wrong unit can make answers better. The models were fitted on winter and say too little afterwards; more wind says *later*, so wind in a unit with larger numbers pushes all answers towards what they should have been on average. With the level put right first (one number is added to all log odds, so that without the change the mean is what it should be), no change is better any more. That is nearly *by construction*, as the number is found on the very answers that are judged:

# %%
for figure in ("word", "level, word"):
    print(figure, costs[figure].value_counts().to_dict())
print("from which factor on it costs the margin, as served:")
print(turns[["trees", "logistic regression"]].fillna("-").to_string())

# %% [markdown]
# So whoever finds a wrong unit by its cost may find that it *pays*. That is no reason to keep it: it is a bias that hides another one.
#
# ## The undeclared small factor
#
# What no check of either side sees, at 9 % and below: what else sees it, and what it costs, as served and with the level put right.

# %%
unseen = pd.DataFrame(result["unseen"])
small = unseen[["column", "factor"]].assign(seen_by=unseen["seen_by"].map(lambda of: ", ".join(of) or "nothing"))
for model in ("trees", "logistic regression"):
    for name, each in {"served": unseen[model], "level": unseen[model].map(lambda of: of["level"])}.items():
        small[f"{model}, {name}"] = [f"{of['value']:.4f}{' worse' * (of['word'] == 'worse')}" for of in each]
print(small.to_string(index=False))
for name in ("served", "level"):
    worse = small.filter(like=f", {name}").apply(lambda cell: cell.str.contains("worse")).any(axis=1)
    print(f"cost the margin, {name}: {worse.sum()} of {len(small)}")

# %% [markdown]
# What slips through is cheap, once the level is right: the few that cost the margin as served do so by pushing all answers down, further away from a share that they were below anyway.
#
# %% [markdown]
# ## Where it turns
#
# Nats an answer lost until the morning after the first alarm of a side's own checks, mean over the five quantities that have the dial (so without the temperature); the owned system minus the system as found, so below the grey band the owned system is better. *Both*, *values* and *declaration* are what the source changes; *linear* is the logistic regression.

# %%
served = compared[compared["figure"] == "nats"]
marks = served["word"].map({"better": " b", "worse": " w", "cannot tell": " ?"}).fillna("  ")
told = served["value"].map("{:+.4f}".format) + marks
print("b: better, w: worse, ?: cannot tell, else no difference worth having")
print(served.assign(told=told).pivot(index=["model", "arm"], columns="factor", values="told").to_string())

# %%
trees, linear = "trees", "logistic regression"
kinds = {"trees: both": (trees, BOTH), "linear: both": (linear, BOTH)}
kinds |= {"linear: values": (linear, VALUES), "linear: declaration": (linear, ALONE)}
lines = {
    label: {
        row.factor: Estimate(row.value, row.low, row.high)
        for row in served[(served["model"] == model) & (served["arm"] == arm)].itertuples()
    }
    for label, (model, arm) in kinds.items()
}
dial, unit = turn_chart.Dial("factor by which values grow"), "nats an answer (less is better)"
title = "Lost until found, owned minus as found"
show_picture(lambda path: turn_chart.draw(lines, MARGIN, dial, path, title, unit), width=720)

# %% [markdown]
# With trees the contract saves nothing worth having over two weeks, whatever the source does: there the exhibit wins, as it costs nothing to keep. With weighted sums the contract pays if the declaration changes along. If it does not, what the owned system sees at once is what costs little, and what costs much has nothing to be held against.
# And if the declaration changes *alone*, the owned system spoils for a day what was right, and the system that never read a declaration goes on.
#
# By quantity, where there is a difference to speak of:

# %%
by_quantity = pd.DataFrame(result["by_quantity"])
told = by_quantity[by_quantity["word"].isin(["better", "worse"])]
print(told[["arm", "model", "column", "factor", "own", "rivals", "value", "word"]].round(4).to_string(index=False))

# %% [markdown]
# ## Twelve questions of a new owner
#
# Each was asked of a real installation, by the command on its page, or by a search through code and files where the page has none; a script judged whether what came is so. What each side has is *by construction*: it was written that way.

# %%
asked = {name: pd.DataFrame(rows).set_index("question") for name, rows in result["questions"].items()}
print(pd.DataFrame({name: rows["answered"].map({True: "yes", False: "-"}) for name, rows in asked.items()}).to_string())
print(
    {name: int(rows["answered"].sum()) for name, rows in asked.items()},
    "of 12;",
    "on the page:",
    {name: int(rows["on_page"].sum()) for name, rows in asked.items()},
)

# %% [markdown]
# A system that is well built can be run by whoever finds it: started, asked, taken back. What cannot be found by looking is what people knew: what a number means, how good it was, how to make the next one, whom to ask.
#
# Then one thing was broken behind each question. Who notices? The reference runs its page every night (`run_runbook`); nobody runs the exhibit's, and the column says what would be noticed *if* somebody did, and saw which commands fail. *Nothing there*: nothing of that side rests on what was broken.

# %%
broken = {name: pd.DataFrame(rows).set_index("broken") for name, rows in result["broken"].items()}
words = {True: "noticed", False: "-"}
told = {name: rows["noticed"].map(words).fillna("nothing there") for name, rows in broken.items()}
print(pd.DataFrame(told | {"by construction": broken["owned_system"]["by_construction"]}).to_string())
for name, rows in told.items():
    print(f"{name}: {(rows == 'noticed').sum()} of {(rows != 'nothing there').sum()} that are there")

# %% [markdown]
# Most breakages fail aloud, so whoever runs *any* page finds them: of what both sides have, the exhibit's page would tell nearly as much. What it lacks is somebody who runs it, and the questions that are not on it.
#
# A page that is run finds what fails, and what prints something else. It does not find what prints the same and is not so any more: a model under an old name, an owner who has left. And a command with nothing below it is no test. Live, a command that is true and one that is not:

# %%
for expected in ("one\n", "two\n", ""):
    ran = run_step(Step("toy", "echo one", expected), Path(), {})
    print(f"{ran.output!r} where {expected!r} stands on the page: fits {ran.fits}")

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | as found: ranges | costs nothing, no false alarm; tight ranges, and quantities with little spread | whatever varies; units |
# | declared unit | every factor, before anything is served, if the source says so | a source that says nothing, and one that says what is not so |
# | cross-check | what is beyond its tolerance, on the first day, whoever says what; overrules a wrong declaration | needs something that does not come in the same unit, and half of the columns have nothing |
# | distribution | large factors of what stands still | all that the weather moves |
# | a page that is run | commands that fail or say something else | what is still printed and no longer so |
#
# **When to use which.** Ask first what the model does with a number: a unit that trees get wrong can wait, one that is multiplied by a weight cannot. Look for something that does not come in the same unit, and write it down as a check; it is worth more than the declaration. Make ranges as tight as the quantity is. Read declarations, and never believe them
# where you can look. And run the page.
#
# ## To discuss
#
# 1. Which of your model's inputs could you hold against something else, and which could you not?
# 2. Who answers for the unit of your most important feature, and until when? How would you find out today?
#
# ## Threats to validity
#
# - **Construct.** A change lasts two weeks here and is mended on the morning after the alarm; in an owned system somebody has to read it, and in one as found somebody has to know what it means. A model that is fitted again on mixed units learns them, which is not looked at.
# - **Internal.** Ranges are ours, the same on both sides; others would turn elsewhere, and tighter ones earlier. What each side's page has was written by us, and so were the twelve questions and what was broken; the list of breakages was written before it was run, and one of it was mended. Levels were looked at after a first run, and a review changed intervals, dial and what counts as broken, which PREDICTIONS.md dates.
# - **External.** Weather hides factors as few things do. The logistic regression cuts nothing off: one that clips its inputs would lose less.
# - **Conclusion.** Placements overlap by half, so days are drawn, a week at a time: twelve weeks in three months carry each interval, and the level that is put right is taken as known. Means over five quantities hang on one of them, the pressure.
