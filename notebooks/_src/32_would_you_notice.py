# %% [markdown]
# # 32. Would you have noticed?
#
# **A band of ±5 % rings on almost every day, as do the customary limits of PSI and Kolmogorov-Smirnov, and with a limit of its own the band hears nothing, because weather moves the mean answer more than faults do; a day that is held against the week before it shows broken inputs at once, and what hurt most was seen by the age of the features and by outcomes.**
#
# **Your bet.** A service says an hour before departure whether a flight will be late, to 300 callers a day. It went live in April. Now and then something breaks.
#
# 1. A rule from a blog: ring when the mean prediction is more than 5 % off that of the launch month. On how many days of 30 does it ring although all is well? And PSI above 0.2 in any feature?
# 2. Give that band a width that was measured on a quiet month. How many of ten faults of the data does it find within a week?
# 3. Kilometres for miles, weather missing, features that stand still, another flight's aircraft, a model fitted on the wrong outcomes: which costs most nats an answer, and which is found first?
# 4. 5 % errors, 20 % slow answers: does anything that looks at inputs and predictions see them?
# 5. The service is down all day. What does the band say?
# 6. No outcomes come for a month, or a metric is NaN. Does your rule ring?

# %%
import inspect
from pathlib import Path

import pandas as pd

from antipatterns.operation import set_and_forget
from antipatterns.operation.set_and_forget import watch as band
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.watched_faults import FAULTS
from lab.patterns.watched_verdicts import FOUND
from lab.patterns.watched_year import FAULTY, FOR_LIMITS, QUIET, make_year
from measure.data.days import Estimate
from measure.figures import turn_chart
from problem.facts import load_facts
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.operation import prediction_monitoring
from reference.operation.normality_metrics import watch as objectives
from reference.operation.prediction_monitoring import limits, shares
from reference.operation.prediction_monitoring import watch as monitoring

# %%
result = record_of("would_you_notice").value(RESULT)
rules, matrix, compared = (pd.DataFrame(result[name]) for name in ("rules", "matrix", "compared"))
print("recorded on", record_of("would_you_notice").made(RESULT)["date"])

# %% [markdown]
# ## Three ways to watch
#
# Once a day each is handed the same rows ([`problem/watched.py`](../problem/watched.py)) and sets its metrics; rules for Prometheus lie beside it. What differs is what they look at, and where their limits come from.

# %%
show_picture(lambda path: draw_sides("would_you_notice", path))

# %% [markdown]
# The exhibit is a good afternoon's work, and its rule can be read by everybody. Nothing in it is wrong but that nobody measured what is usual.

# %%
print(inspect.getsource(band.Watch))
print(Path(set_and_forget.__file__).with_name("rules.yml").read_text())

# %% [markdown]
# Monitoring holds each feature of the day against the week before, and lets it be as unusual as the most unusual day of a quiet month was, and a quarter more. All features share one limit in units of their own spread, as whoever
# looks at twenty statistics a day will find one of them strange on most days.

# %%
print(inspect.getsource(shares.measure_distances), inspect.getsource(limits.reach_together), sep="\n")

# %% [markdown]
# Limits are metrics, too, so a rule never changes when they are set anew, and there is a rule that rings when they are old. And look at `unless`: `x > limit` is silent if `x` is NaN, or if the limit is missing; *x unless x is within its limit* rings.

# %%
print(Path(prediction_monitoring.__file__).with_name("rules.yml").read_text())

# %% [markdown]
# Beside these rules lie their tests, which Prometheus's own tool runs (`promtool test rules`): for every metric a day that is well, one that is not, and one that is NaN; a month without outcomes, no answers at all, and nobody who looks. Each of
# the last three is one alarm, not five. Objectives need no quiet month:

# %%
print(inspect.getsource(objectives.Watch.look))

# %% [markdown]
# ## Live: one day in June, five ways
#
# One request in twenty, so some 46 a day; limits from April. What is over its limit on the first day of a fault? (With so few, not everything is.)

# %%
year = make_year(load_facts(), every=20)
watch, start = monitoring.Watch(year.take(4)), pd.Timestamp("2013-06-10")
clean, week = year.span(start, 1), year.span(start - limits.WEEK, 7)
found = {"no fault": clean} | {fault.name: fault.plant(clean, start, year) for fault in FAULTS[:5]}
for name, day in found.items():
    watch.look(day, week)
    told = {(s.name, s.labels.get("of", "")): s.value for m in watch.registry.collect() for s in m.samples}
    pairs = [(key, f"{key[0]}_limit") for key in told if (f"{key[0]}_limit", key[1]) in told]
    over = [" ".join(key).strip() for key, limit in pairs if told[key] > told[limit, key[1]]]
    print(f"{name:22}", ", ".join(each.removeprefix("monitoring_") for each in over) or "-")

# %% [markdown]
# ## Three kinds of months
#
# Limits come from one kind of month, false alarms are counted in the next, faults are planted in the third: whoever sets a limit and counts its false alarms on the same days counts nothing. All samples went into a real Prometheus, which evaluated every rule.
#
# *False*: days of 30 with an alarm although all is well. *Found*: in how many of twelve weeks the rule rang with the fault (*rang*), less in how many of the same weeks it would have rung without (*anyway*); mean over ten faults of the data. So a rule that always rings finds nothing. *Days* until the
# first alarm, where there would have been none. What rings in some of the weeks anyway can find no more than the rest of them: look at *rang*, too.

# %%
print("months for limits", FOR_LIMITS, "· for false alarms", QUIET, "· for faults", FAULTY)
shown = rules.assign(**{name: [str(Estimate(**of)) for of in rules[name]] for name in ("false", "found")})
print(shown.round(2).fillna("").to_string(index=False))

# %% [markdown]
# Three things to see. What is *customary* is not a limit but a habit: with twenty features, a day of 300 flights is never like a month of them. *Set* limits help, and yet what is held against a month rings when the season moves: two of the features are means over four weeks. And the band with a width of its own is quiet as a
# stone: the mean answer of a day follows the weather, and no fault of the data moves it as far. More rules are not better by themselves either: each family of monitoring brings false alarms of its own, and all of them together find no more beyond chance than the inputs alone.
#
# ## Which fault, and which metric?
#
# The share of placements found beyond chance, by what looks at it; below 0: it rings *less* with the fault than without.

# %%
names = {name: name.replace("prediction_monitoring ", "").replace("normality_metrics ", "") for name in matrix}
print(matrix.drop(columns="kind").rename(columns=names).round(2).to_string(index=False))

# %% [markdown]
# What the faults of software are seen by is marked *by construction*: an objective for errors sees errors. What could have come out otherwise are the other cells: whether errors and slow answers leave a mark in what is asked and said; and what a service that is down does to a rule about its answers.
#
# ## What hurts, and what is found
#
# Nats an answer that a fault costs, with the word for it, beside the best that any single metric of monitoring does:

# %%
harm = pd.DataFrame(result["harm"]).set_index("fault")
families = matrix.set_index("fault").filter(like="prediction_monitoring ")
best = families.rename(columns=names)
harm = harm.assign(found=best.max(axis=1), by=best.idxmax(axis=1).where(best.max(axis=1) > FOUND, "nobody"))
print(harm.sort_values("value", ascending=False).round(4).to_string())

# %% [markdown]
# A change of units in a feature that the model hardly uses is found at once and costs nothing; rows that hold one another's aircraft cost a great deal, and every distribution is as it was. An alarm on inputs says that something is *different*. Whether it is *worse*, only outcomes say.
#
# ## Where it turns
#
# The dial: requests a day. How much more of the faults all of monitoring misses than the band does, copied and set; below the grey band monitoring is better:

# %%
missed = compared[(compared["figure"] == "missed") & (compared["hit"] == 1)].sort_values("requests")
lines = {
    label: {
        row.requests: Estimate(row.value, row.low, row.high) for row in missed[missed["rival"] == rival].itertuples()
    }
    for label, rival in (("band, copied", "set_and_forget"), ("band, set", "band, set"))
}
dial = turn_chart.Dial("requests a day")
title, unit = "Faults missed, monitoring minus a band", "share of placements (less is better)"
show_picture(lambda path: turn_chart.draw(lines, FOUND, dial, path, title, unit), width=720)

# %%
columns = ["requests", "hit", "rival", "figure", "own", "rivals", "value", "low", "high", "word"]
print(compared.sort_values(["figure", "rival", "hit", "requests"])[columns].round(2).to_string(index=False))
for rival, turns in result["turns"].items():
    print(f"monitoring finds more than {rival}, by the margin and at all higher values, from:", turns)

# %% [markdown]
# *hit* is the share of the rows that the fault touches: one in ten, one replica of three, all. And in false alarms (`figure`: false alarms, days of 30) the band that was set wins everywhere: it hardly ever rings. That is worth something to whoever is woken, and nothing to whoever is asked afterwards.
#
# ## Limits that are set and forgotten
#
# False alarms with the limits of April, kept until November, against those of the latest month for limits:

# %%
print(pd.DataFrame(result["limits"]).round(2).fillna("").to_string(index=False))

# %% [markdown]
# Here an old limit is not what makes rules ring. For most of them three months cannot tell, and where the launch month was stormy its limits are so wide that the old ones ring *less*. The harm of *set and forget* is the number that was copied, more than its age; what an old limit costs is
# that nobody knows any more what it was measured on. The rule about old limits is there for that.
#
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | set and forget | one number that everybody understands; no upkeep | copied, it rings until it is muted; set, it hears nothing; silent when there are no answers |
# | normality metrics | errors, waits, outages; no quiet month, no outcomes, no false alarms | whatever is answered quickly and is wrong |
# | monitoring: inputs | broken inputs on their first day | what keeps every distribution; harmless changes ring as loudly as harmful ones |
# | monitoring: age | features that stand still, for one number | nothing else |
# | monitoring: outcomes | the only one that sees harm itself | comes late, and many days are needed to see a little |
#
# **When to use which.** Begin with objectives and the age of the features: they cost three numbers and ring for nothing. Then inputs, each day against its week, and one alarm when no outcomes come. Never take over a limit without the days on which it was measured. Write rules so that NaN rings. And count what a rule would have done in a month that did not set it, before
# anybody is woken by it.
#
# ## To discuss
#
# 1. Which of your alarms rang last month, and what did somebody do about it?
# 2. If your features had stood still since Monday, who would have told you?
#
# ## Threats to validity
#
# - **Construct.** *Found* asks whether a rule rings that would have been silent; whether somebody would have understood it is lesson 31's question. A fault lasts a week here: what comes slowly is not seen by a rule about the week before.
# - **Internal.** Faults are planted, ten of the data, by us; another ten would give other means. Seconds and failures of a quiet day are planted, too. Limits of monitoring were designed after a look at the months for limits, which PREDICTIONS.md dates; the months for false alarms, and two of the faults (kilometres, the hour in UTC), had been counted once by then, for rules that were given up.
# - **External.** Flights follow the weather as few things do. Where a day is like the next, a band on the mean is worth more.
# - **Conclusion.** Twelve placements a fault, three months of each kind: intervals are wide, and one stormy December carries a part of them.
