# %% [markdown]
# # 34. Ready for the rush?
#
# **A few callers who wait for their answers call a service ready that a rush will bring down, and some more of them do not; either way the same bound on how many are let in follows, and gets all that the model can do, while retries get little and stay down after a model that was slow; in a rush a breaker adds nothing to a bound, and what others answer in the model's place decides: next to nothing is gained with a table by hour, nearly all with a small model, which alone comes as close.**
#
# **Your bet.** A front asks a model in another process, which answers ten questions a second. Usually five are asked, and an answer is of use for a second. What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. Before the release eight callers try it, each asking again as soon as there is an answer. How many of a hundred answers come within a second? And if twelve callers do? If 30 questions a second come, whoever waits?
# 2. For ten seconds callers ask for three times what the model can do. How many of a hundred get an answer of the model within a second, if nobody is refused? If a try is given up after 0.8 s? If it is then made again, up to three times?
# 3. The model was slow for ten seconds and is well again; five a second are asked all the time. After how many seconds is every answer in time?
# 4. For ten seconds the model takes a second for an answer instead of a tenth. Only as many are let in as it answers in time when it is well. How many of a hundred have an answer within a second?
# 5. Whenever the model does not answer, a table of rates by hour does. What share of the model's worth has it? And a model of ten small trees?
# 6. One call in five fails, by chance; then half of them. Which of seven fronts gives the most answers of the model?

# %%
import inspect

import pandas as pd

from antipatterns.quality.try_again import readiness as try_again
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.rush_cases import BOTH, BREAKER, FLAKY, NOTHING, RETRIES, RUSH, SHEDDING, SLOW, TABLED, TIMEOUT
from lab.patterns.rush_models import INSTEAD, MODEL
from lab.patterns.rush_verdicts import MARGINS, WORTH
from measure.data.comparison import judge_difference
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.guarded_front import guarding
from parts.guarded_front.guarded_front import open_front
from parts.model_service.refusals import NotAnswered
from problem.rush import Guards
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.quality.circuit_breaker import readiness as circuit_breaker
from reference.quality.load_test import readiness as load_test

# %%
result = record_of("ready_for_the_rush").value(RESULT)
SOON = ["model", "table", "refused", "calls", "worth"]
FIGURES = ["model", "table", "refused", "told late", "late", "lost", "waited", "calls", "worth"]
rows, summary, compared = (pd.DataFrame(result[name]) for name in ("rows", "summary", "compared"))
print("recorded on", record_of("ready_for_the_rush").made(RESULT)["date"])

# %% [markdown]
# ## Three ways to get ready
#
# All three get the same front and the same model ([`problem/rush.py`](../problem/rush.py)), and say two things: how the service is tried before it is let out, and which guards stand between callers and model then.

# %%
show_picture(lambda path: draw_sides("ready_for_the_rush", path))

# %% [markdown]
# Nothing in the exhibit is careless. It was tried, errors were looked at, and pauses between tries grow and are drawn by chance, as guides say:

# %%
print(inspect.getdoc(try_again), "\n")
print(inspect.getsource(try_again.plan_trials))
print(inspect.getsource(try_again.choose_guards))

# %% [markdown]
# The load test asks as callers do who know nothing of one another, and makes a number of it. The breaker asks nothing beforehand:

# %%
print(inspect.getsource(load_test.plan_trials))
print(inspect.getsource(load_test.choose_guards))
print(inspect.getsource(circuit_breaker.choose_guards))

# %% [markdown]
# Tries come from `tenacity`, the breaker from `circuitbreaker`. That has to *wrap* the call: used with `with`, it counts failures and lets everything through, and whoever does not test that it opens will not notice.

# %%
for guard in (guarding.guard, guarding.break_circuit, guarding.let_in):
    print(inspect.getsource(guard))
print(inspect.getsource(open_front))

# %% [markdown]
# ## Live: a model that is down
#
# Twelve questions, one after the other, behind the guards of each side. How often is the model asked, and what do callers hear?


# %%
choices = {"try again": try_again.choose_guards([]), "circuit breaker": circuit_breaker.choose_guards([])}
for name, guards in {**choices, "no guards": Guards()}.items():
    calls, told = [], []

    def ask(body, calls=calls):
        calls.append(body)
        raise NotAnswered("the model is down")

    guarded = guarding.guard(ask, guards)
    for number in range(12):
        try:
            guarded({"number": number})
        except NotAnswered as error:
            told.append(str(error))
    print(f"{name:16} the model was asked {len(calls):2} times; last: {told[-1]}")

# %% [markdown]
# ## The trial before the release
#
# Closed loops, of which the exhibit's has eight callers; the load test's open loops; and both while the model takes ten times as long. *answered*: a second, while the trial lasted; *good*: the share of the questions that were asked; *p99*: seconds, of what was answered in the end; *bound*: how many would be let in if this trial were the only one, by the load test's reckoning.

# %%
trials = pd.DataFrame(result["trials"])
trials["loop"] = trials["callers"].map(lambda callers: f"closed, {callers} callers" if callers else "open")
trials["model"] = trials["kind"].map({"calm": "well"}).fillna("slow")
print(trials[["model", "loop", "rate", "asked", "answered", "good", "p99", "bound"]].round(2).to_string(index=False))
print("so that so many are let in:", result["guards"][SHEDDING]["at_once"])

# %% [markdown]
# With fewer callers than the model answers in their patience (ten here) a closed loop says that all is well, *by construction*; with more it says that it is not. Both loops see the same capacity, so both give the same bound, as soon as they ask for more than the model can do: what the exhibit lacks is the bound, not the loop. A loop of either kind has to ask for much more, or for longer: for three seconds a fifth too much is no trouble.
# Beside a slow model both loops see that nobody is in time; the closed one asks less, so that it counts fewer of them.
#
# ## A rush
#
# Ten seconds at three times what the model can do, then ten at half of it. Shares of the questions that were asked in the rush, median of the rounds: an answer of the *model* within a second, of the *table*, *refused* within a second, *told late* that it was, *late*, *lost* (nothing within ten seconds); times 30 a second, *model* is the goodput. *waited*: seconds until a mean caller knew. *calls* of the model by question, rush and
# recovery; *worth*: nats a question, see below; *p99*: seconds of what was answered; *recovered*: seconds from the end of the rush to the last question that the model did not answer in time, "-" where there is none within ten seconds, both by round. *spread*: of *model*, between rounds.


# %%
def read_case(kind, strength, figures):
    told = summary[(summary["kind"] == kind) & (summary["strength"] == strength)].set_index("arm")
    shown = pd.DataFrame({name: told[name].map(lambda of: of["value"]) for name in figures})
    by_round = {name: told[name].map(say_rounds) for name in ("p99", "recovered") if figures == FIGURES}
    return shown.assign(**by_round, spread=told["model"].map(lambda of: of["high"] - of["low"])).round(3)


def say_rounds(values):
    return " ".join("-" if value is None else f"{value:.1f}" for value in values)


print(read_case(RUSH, 3, FIGURES).to_string())

# %% [markdown]
# A third is all that the model can do, *by construction*. Where all are let in, nobody is in time but those who came first. A timeout tells callers sooner, and takes nothing off the model: it is not told that nobody waits any more, and works on. With retries it is asked for more still. Nothing, timeout and retries are all down for the
# ten seconds that we looked after the rush, so that it does not tell them apart; the slow model below does. The bound costs one line, gets the whole third, and the rush is over when it is over. The breaker alone shuts off a model that is well: it opens, rests, is overrun again; most of what it lets through then is late.
#
# ## A model that turns slow
#
# Ten seconds in which an answer takes a second instead of a tenth, at five questions a second.

# %%
print(read_case(SLOW, 10, FIGURES).to_string())

# %% [markdown]
# An answer that takes a second is in time for nobody, *by construction*. What differs is what callers hear, and when. The bound was measured on a model that was well: it still lets in five, who now wait five seconds. The breaker answers all, and its tries after each rest bring late news of the model: it is closed again only after the next rest. The queue of *nothing* and of *timeout* is worked off; the retries' goes on when the model is well, as
# three times half of its capacity is more than it has: the trouble feeds itself (a *metastable failure*, Bronson et al. 2021). With a table beside the bound more than a quarter are still let in and wait for nothing; that these are answered too is what breaker and timeout add.
#
# ## Calls that fail by chance
#
# One call in five fails when it is its turn, after as long as an answer takes; then half of them. Of five calls (of two) in a row exactly one fails, so that those who ask once get 80 % (half), and no breaker sees five failures in a row, *by construction*. What is measured is whether the model has room for the tries: at five questions a second half of
# its time is spare, and if half of the calls fail, tries ask for nearly all of it.

# %%
for strength in (0.2, 0.5):
    print(f"of the calls fail {strength:.0%}\n{read_case(FLAKY, strength, SOON).to_string()}")
against = compared[(compared["kind"] == FLAKY) & (compared["rival"] == RETRIES)]
print(against[["strength", "own", "figure", "value", "low", "high", "word"]].round(3).to_string(index=False))

# %% [markdown]
# This is what tries are for, and here the exhibit wins, at both strengths: there is room for its tries, if less where half of the calls fail. Where breaker and bound have a table they have the table's answer for the rest, and that is worth what it is worth. Shorter failures, or longer ones, were not tried.
#
# ## What answers in the model's place
#
# On flights of the eight weeks after those that all of them know: nats an answer, and what is saved over a constant, with the word for it (margin 0.005). The fronts have the *table*, by hour; the *wider table* is by carrier, origin and hour; the *small model* is lesson 27's, ten trees of four leaves, which need no process of their own. *worth* above is what a question saves, where whoever has no answer in
# time goes by the constant.

# %%
for name, of in result["answers"].items():
    saves = Estimate(**of["saves"])
    word = judge_difference(Estimate(-saves.value, -saves.high, -saves.low), MARGINS[WORTH])
    print(f"{name:12} {Estimate(**of['loss'])}  saves {saves}  {word if saves.value else ''}")

# %% [markdown]
# So a breaker with a table by hour answers everybody, its dashboard is green, and what it says cannot be told from a constant. What would the same runs be worth with another in the table's place? Against shedding, which refuses; against a bound beside which the same one answers (*shedding, table*), which tells what a breaker adds; and against the trivial rival, who answers always and needs no model in another process (*instead alone*, reckoned: all answers are its own, at once):

# %%
instead = pd.DataFrame(result["instead"])
main = instead[instead[["kind", "strength"]].apply(tuple, axis=1).isin([(RUSH, 3), (SLOW, 4), (SLOW, 10)])]
index = ["rival", "kind", "strength", "own"]
print(main.pivot(index=index, columns="instead", values="word")[[*INSTEAD]].to_string())
print(main.pivot(index=index, columns="instead", values="value")[[*INSTEAD]].round(3).to_string())
rush = read_case(RUSH, 3, SOON)
needed = (rush.loc[SHEDDING, "model"] - rush.loc[BREAKER, "model"]) / rush.loc[BREAKER, "table"]
print(f"in the rush a breaker alone comes up to shedding if what answers has {needed:.0%} of the model's worth")
has = {name: result["answers"][name]["saves"]["value"] / result["answers"][MODEL]["saves"]["value"] for name in INSTEAD}
print("it has:", {name: f"{share:.0%}" for name, share in has.items()})

# %% [markdown]
# In a rush it is having something to say that is worth the difference to shedding: beside a bound with the same to say a breaker adds nothing. Beside a slow model it adds what those are worth who are let in and wait. And the small model alone comes within the margin of the best of all these, or a hair beyond it: by so much the large one is better when
# it answers everybody. The words hold over rounds; how sure the savings themselves are stands above them.
#
# ## Where it turns
#
# Dials: how many times its capacity the model is asked, and how slow it is (four seconds of trouble, ten where it is three and ten times). How much less *both* is worth than each other way; below the grey band both is better.


# %%
def trace(kind, rival):
    found = worth[(worth["kind"] == kind) & (worth["rival"] == rival)]
    return {row.strength: Estimate(-row.value, -row.high, -row.low) for row in found.itertuples()}


worth = compared[(compared["figure"] == WORTH) & (compared["own"] == BOTH)].sort_values(["kind", "rival", "strength"])
shown, unit = ["rival", "strength", "value", "low", "high", "word"], "nats a question (less is better)"
print(worth[worth["kind"] == RUSH][shown].round(3).to_string(index=False))
lines = {rival: trace(RUSH, rival) for rival in (RETRIES, SHEDDING, TABLED, BREAKER)}
dial, title = turn_chart.Dial("times the model's capacity"), "A rush: both against …"
show_picture(lambda path: turn_chart.draw(lines, MARGINS[WORTH], dial, path, title, unit), width=720)

# %%
print(worth[worth["kind"] == SLOW][shown].round(3).to_string(index=False))
lines = {rival: trace(SLOW, rival) for rival in (RETRIES, SHEDDING, TABLED, BREAKER)}
dial, title = turn_chart.Dial("times as slow"), "A slow model: both against …"
show_picture(lambda path: turn_chart.draw(lines, MARGINS[WORTH], dial, path, title, unit), width=720)

# %% [markdown]
# From which strength on, and at all higher ones that were tried, the first is better or worse than the second: in answers in time by anybody (*good*), by the *model*, and in *worth* ("-": nowhere):

# %%
turns = pd.DataFrame(result["turns"])
turns = turns[turns["kind"] != FLAKY].fillna("-")
print(turns.pivot(index=["own", "rival"], columns=["kind", "figure"], values=["better", "worse"]).to_string())
print(read_case(SLOW, 4, SOON).to_string())

# %% [markdown]
# Count who has an answer, and in a rush all who have a table win, beside a slow model the breaker. Count what answers are worth, and in a rush a bound by itself comes to the same as bound and breaker together, at any strength: *shedding by queue length alone* is all there is to gain with such a table. Beside a model that is four times as slow (last table) it is better still, as long as what answers instead is no better than these tables: some of those who are let in are answered in time,
# where a breaker, open, asks the model nothing. At twice as slow the usual load is just what the model bears, and no way can be told from another; at ten times the model has nothing left to give.
#
# **The caller's patience** is a dial that can be turned afterwards: the share of the rush at three times capacity that the model answered within so many seconds.

# %%
rush = rows[(rows["kind"] == RUSH) & (rows["strength"] == 3)]
patient = pd.DataFrame({arm: pd.DataFrame([*of["patient"]]).median() for arm, of in rush.groupby("arm", sort=False)})
print(patient[[NOTHING, TIMEOUT, RETRIES, SHEDDING]].round(2).rename_axis("seconds").to_string())

# %% [markdown]
# A queue in which all may wait is right for callers who do: with ten seconds of patience it serves more of a rush than a bound that was set for one second.
#
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | nothing | callers who can wait; the least code | nobody else is in time; a queue that outlasts its rush |
# | timeout | callers know sooner; threads are free again | takes nothing off the model |
# | retries (the exhibit) | calls that fail by chance, with room to spare: all get the model's answer | multiply the load when there is too much of it, and stay down when a slow model is well again |
# | load test and shedding | all that the model can do, at any rush; over when the rush is over; one number | those who are refused; a promise that holds as long as the model is as quick as in the test |
# | shedding, table | a rush: whoever is not let in has an answer too | beside a slow model some are let in and wait for nothing |
# | breaker | a model that is slow or down: all are answered, soon | a rush: shuts off a model that is well; comes back a rest late; worth what answers in the model's place |
# | both | a rush and a slow model | the numbers have to fit: whoever is let in last has to be answered before the timeout, or the bound would open the breaker (not tried here) |
#
# **When to use which.** Try a service with more than it can do, by an open loop or by enough callers. Set the bound from that before anything else. Measure what there is to say in the model's place, beside a constant and beside the model itself: if it is nearly as good, ask whether the model in another process is needed. If it is worth having, give it to whoever is not let in, and add a breaker against a model that turns slow. Retries belong where failures are rare, in one layer only, with a budget; who was refused because there is too much to do is not to be tried again.
#
# ## To discuss
#
# 1. How was your service tried before it was let out: by how many, and what number came of it?
# 2. How many layers of your system try again, and what do their tries multiply to? What answers in your model's place, and what is that worth?
#
# ## Threats to validity
#
# - **Construct.** The model waits and does not compute, as for a device elsewhere; it works on one question at a time and is not told when a front has given up. A model that drops what nobody waits for any more would spare *timeout* and *retries* a part. Whoever has no answer in time goes by a constant; what else a caller would do is not priced.
# - **Internal.** All arms live through a trouble at the same time on two cores, so that they share its noise; how busy these were and how late the generator was stands below. Guards have numbers (0.8 s, three tries, five failures, two seconds, three fifths) that were set beforehand; others would move the figures. What stands in the table's place is reckoned from the runs, not run, and so is who answers instead alone. A breaker differs from *timeout* in the table too; what it adds is to be read against *shedding, table*. Short runs (the dials) end before callers hang up, so that only what happened within a second is kept of them.
# - **External.** Questions are evenly spaced, troubles begin and end at once. A real rush has a slope, and a slow model is slow for some questions only. The range of the dials is our choice. A table by hour is worth more where the hour says more than in these eight weeks.
# - **Conclusion.** Two rounds; a word holds in both. What is arithmetic (no more than a third of three times the capacity, no answer within a second of a model that takes one) is so by construction; what arms do beyond it is not.

# %%
print(f"generator: {result['ceiling']:.0f} times what it offered at most; late with one in a hundred by", end=" ")
print(
    f"{rows['lag'].max():.0f} ms at most; the two cores were busy {rows['busy'].min():.0%} to {rows['busy'].max():.0%}"
)
