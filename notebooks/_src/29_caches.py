# %% [markdown]
# # 29. Do not compute it again
#
# **The model's version in the key costs no hits and ends the hour in which a wrong champion goes on answering, the refresh in the key costs more than half of the hits and saves no nats worth having, and no cache outside the process pays for a model that answers in microseconds.**
#
# **Your bet.** For eight weeks, boards, partners' sites and travellers ask about each flight until it leaves, some forty times.
#
# 1. The key is flight and hour, kept for an hour. How many questions of a hundred hit, and how many nats an answer does that lose on average?
# 2. With the model's version and the refresh of the features (every 15 minutes) in the key: how many hit now?
# 3. A wrong champion is taken back at a random moment. How many of the answers in the next hour are still its own, with the first key?
# 4. The key holds all features in buckets, so that flights that look alike share an answer. How many hit at 16 buckets a feature, and what do answers lose?
# 5. How long must a prediction take for a cache to save time at all: in memory, on disk, in Redis? (ONNX Runtime takes some 20 µs.)

# %%
import inspect

import numpy as np
import pandas as pd

from antipatterns.serving.fetched_every_time import answerer as fetched_every_time
from antipatterns.serving.hourly_cache import answerer as hourly_cache
from lab.patterns.asked_flights import USUAL, ask, choose_flights, make_questions
from lab.patterns.cache_replay import Rerun, replay
from lab.patterns.cache_rounds import KINDS
from lab.patterns.cache_rounds import MARGIN as RATIO
from lab.patterns.cache_verdicts import MARGIN, read_estimate
from lab.patterns.cache_works import foresee_turn
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.cache_costs import KEPT
from lab.patterns.experiments.caches import pick_best
from measure.data.days import Estimate
from measure.figures import turn_chart
from problem.facts import load_facts
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.serving.data_cache import answerer as data_cache
from reference.serving.prediction_cache import answerer as prediction_cache
from reference.serving.prediction_cache import by_features

# %%
result, costs = (record_of(name).value(RESULT) for name in ("caches", "cache_costs"))
hourly, versioned, buckets = (pd.DataFrame(result[name]) for name in ("hourly", "versioned", "buckets"))
print("recorded on", record_of("caches").made(RESULT)["date"], "and", record_of("cache_costs").made(RESULT)["date"])
print(f"{result['questions']:,} questions about {result['flights']:,} flights")

# %% [markdown]
# ## Four ways
#
# All four answer behind one door ([`problem/asked_again.py`](../problem/asked_again.py)), with the same champion and the same stored features behind them. Two of them
# keep answers:

# %%
show_picture(lambda path: draw_sides("caches", path))

# %% [markdown]
# The difference is one line, the key. Both are what a good afternoon's work looks like:

# %%
print(inspect.getsource(hourly_cache.Answerer.answer))
print(inspect.getsource(prediction_cache.make_key))

# %% [markdown]
# Nobody has to empty the second one. Whatever an answer is made from is in its key, so an answer from before a change is not removed but never looked for.
#
# The other two keep the features or nothing, and always ask the model:

# %%
show_picture(lambda path: draw_sides("cache_costs", path))

# %%
print(inspect.getsource(fetched_every_time.Answerer.answer))
print(inspect.getsource(data_cache.Answerer.answer))

# %% [markdown]
# ## One day, live
#
# Behind the caches of the replay stands a model that says nothing but the *number of the question* that it is asked about. So each answer tells from which question it
# was made. Two days with a new champion on the second, a part of the routes:

# %%
asked = ask(load_facts(), make_questions(choose_flights(load_facts(), "2013-10-20", "2013-10-22", every=40)), (USUAL,))
for side in (hourly_cache, prediction_cache):
    behind = Rerun(asked, USUAL)
    served, refreshed = replay(behind, side.Answerer), np.array(behind.refreshed)
    hits = np.mean(served != np.arange(len(served)))
    older = np.mean(refreshed[served] < refreshed)
    print(f"{side.__name__.split('.')[-2]:16} {len(served):,} questions, {hits:.0%} hit;", end=" ")
    print(f"from before a refresh {older:.0%}, before a champion {np.sum(asked.release[served] != asked.release)}")

# %% [markdown]
# ## Eight weeks
#
# The exhibit's dial is how long an answer is kept. *Nats lost* is what its answers lose against no cache with the same features, with 95 % intervals from days in blocks of a
# week; *moved* the share of answers that are off by more than 0.05. (`before_refresh`: made from features that have been refreshed since.)

# %%
SHOWN = ["hits", "before_refresh", "moved", "value", "low", "high", "word"]
print(hourly[["expiry", *SHOWN]].round(4).to_string(index=False))

# %% [markdown]
# The versioned key, by the refresh interval and by the width of the bucket of minutes to departure:

# %%
print(versioned[["refresh", "width", *SHOWN]].round(4).to_string(index=False))
print("from before a champion, over all of these replays:", versioned["before_champion"].sum())

# %% [markdown]
# A refresh in the key is an empty cache at each refresh. It costs hits twice: at the same width, and because no width beyond the interval helps. Two things buy them back. One is to leave the refresh out, on purpose, and let the
# width of the bucket bound how old an answer may be:

# %%
only = pd.DataFrame(result["version_only"])
print(only[["width", *SHOWN, "before_champion"]].round(4).to_string(index=False))

# %% [markdown]
# The other is a longer interval, and that has a price of its own, without any cache. Nats an answer, against a refresh every five minutes:

# %%
refreshes = pd.DataFrame(result["refreshes"])
print(refreshes[["refresh", "value", "low", "high", "word"]].round(4).to_string(index=False))

# %% [markdown]
# ## The hour after
#
# Averages hide the one day for which versions exist. A champion that learned outcomes joined to the wrong flights is taken back, at two hundred moments drawn from the
# questions'. In the hour after that, the share of answers that are still its own, and what these cost, in nats an answer of that hour. With the version in the key both
# are 0, *by construction*, and by a test over the eight weeks.

# %%
for row in hourly.itertuples():
    share, lost = (Estimate(**found) for found in (row.share, row.lost))
    print(f"kept {row.expiry:2} minutes: share {share}, nats lost {lost}")

# %% [markdown]
# ## Features designed so that caches hit
#
# A reviewer of the book asked for this. The key is the version and *all features*, each in one of so many buckets: flights that look alike share an answer, and a refresh that
# changes nothing costs nothing. A miss asks the model for the middle of the buckets:

# %%
print(inspect.getsource(by_features.Answerer.answer))
print(buckets[["model", "buckets", *SHOWN]].round(4).to_string(index=False))

# %% [markdown]
# *Designed* is a champion that was fitted on the same buckets; whether that helps, eight weeks cannot tell: another fit moves one answer in five by more than 0.05,
# whatever it was fitted on. Hits over nats, all three dials in one picture; the yardstick is no cache with the usual refreshes:

# %%
curves = {
    "flight and hour, by expiry": [(f"{r.expiry} min", r.hits, r.against_usual) for r in hourly.itertuples()],
    "versioned, by width and refresh": [
        (f"{r.width} min", r.hits, r.against_usual) for r in versioned.itertuples() if r.width == r.refresh
    ],
    **{
        f"features, {kind}": [(f"{r.buckets}", r.hits, r._asdict()) for r in rows.itertuples()]
        for kind, rows in buckets.groupby("model", sort=False)
    },
}
points = {n: [turn_chart.Point(s, h, read_estimate(of)) for s, h, of in each] for n, each in curves.items()}
title = "What hits cost"
show_picture(lambda p: turn_chart.draw_trade(points, MARGIN, p, title, "share of questions that hit", "nats lost"))

# %%
for name, each in points.items():
    print(f"{name}: " + "; ".join(f"{p.name} {p.gain:.0%} {p.cost.value:+.4f}" for p in each))

# %%
for name, rows in (("hourly", hourly), ("versioned", versioned), *buckets.groupby("model")):
    best = pick_best(rows.to_dict("records"))
    print(f"{name:10} most hits without harm: {best['hits']:.0%}" if best else f"{name:10} none without harm")
print("worse than no cache, from:", result["turns"])
print(
    "rounded to 16 buckets, against as they are:",
    {name: f"{read_estimate(of)}" for name, of in result["rounded"].items()},
)

# %% [markdown]
# ## What a cache costs
#
# A look-up is paid for every question, a put for every miss; only hits pay it back. The dial is what a prediction takes: a planted wait, with two real ways to ask the model
# as points on it. Callers' time without a cache over their time with one, by turns in one run; the median of the rounds, the least and the most. Key and value encoding are
# in it.

# %%
timed = pd.DataFrame(costs["rows"])
print(f"the stream of questions hits {costs['hits']:.0%}")
kept = timed[timed["way"] == KEPT]
print(kept[["cache", "work", "value", "low", "high", "word"]].round(2).to_string(index=False))

# %%
planted = kept[kept["work"].map(lambda work: not isinstance(work, str))]
lines = {
    kind: {r.work: Estimate(*(-np.log2([r.value, r.high, r.low]))) for r in rows.itertuples()}
    for kind, rows in planted.groupby("cache", sort=False)
}
dial = turn_chart.Dial("µs that a prediction takes")
title, unit = "A caller's time, against no cache", "doublings of the time (less is better)"
show_picture(lambda path: turn_chart.draw(lines, np.log2(RATIO), dial, path, title, unit))

# %% [markdown]
# **Where it turns.** *crossing*: neither saves nor costs time; *better*: faster by a quarter in every round, from there on (empty: nowhere on the dial); *expected*: the
# crossing computed from the parts of a look-up. All in microseconds of planted work.

# %%
turns = pd.DataFrame(costs["turns"]).astype({"better": float, "crossing": float, "expected": float})
print(turns.round(0).to_string(index=False, na_rep=""))
for name, hits in (("with the refresh in the key", costs["hits"]), ("without", only["hits"].iloc[-1])):
    said = {kind: round(foresee_turn(costs["parts"], "key of flight", kind, hits)) for kind in KINDS}
    print(f"expected at {hits:.0%} hits, {name}: {said}")
print("parts, over one prediction of ONNX Runtime:")
print({name: round(value, 2) for name, value in costs["parts"].items()})

# %% [markdown]
# The same for reading: features fetched for every question, against a data cache, and one that is warmed after each refresh. *total* counts the warming as if somebody had waited.

# %%
reads = timed[timed["way"] != KEPT]
print(reads[["way", "cache", "work", "value", "low", "high", "word", "total"]].round(2).to_string(index=False))
print("warmed and never read:", {row["refresh"]: f"{row['unread']:.0%}" for row in result["unread"]})
print("hits by share of the crowd:", {row["share"]: f"{row['hits']:.0%}" for row in result["crowd"]})

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | flight and hour | hits, six lines, knows nothing of versions | a wrong champion goes on answering, and nobody can say where |
# | version, no refresh | the same hits; a change of champion needs no emptying | features as old as the bucket is wide |
# | version and refresh | an answer says all that it was made from | each refresh is an empty cache |
# | key of features | shared by flights that look alike; a refresh that changes nothing is free | the features have to be read first; what rounding does is the model's affair |
# | data cache | answers as fresh as without; the first caller does not wait | rows are large: encoding them may cost more than reading them |
# | no cache | nothing to keep right, nothing to empty | the store and the model carry the whole crowd |
#
# **When to use which.** First make the prediction cheap: below the crossing no key is worth writing. If it stays dear, keep answers in the memory of the process, always with
# the version in the key. Leave the refresh out if an answer may be as old as the bucket is wide, and write that down; put it in where it may not. Go to Redis when the work behind is dearer than the
# trip there, or when a restart must not mean a cold start.
#
# ## To discuss
#
# 1. Your last rollback: for how long did old answers go on, and how would you have known?
# 2. Which of your features change with every question, and does the model need them so exactly?
#
# ## Threats to validity
#
# - **Construct.** Nats are an average; somebody who looks at one flight cares about that one. *Moved* says how many would have noticed.
# - **Internal.** Champions are fitted on seven weeks and one flight in three. A learner with more rows may have less to gain from rounding: the line *more flights* above.
# - **External.** Who asks how often is our estimate, and hits follow from it. Here features move slowly; where a price moves by the second, an hour is long.
# - **Conclusion.** Eight weeks, one route in thirteen: intervals know days, not routes. Redis answers on the same machine here: across a network add its round trip to each look-up.
