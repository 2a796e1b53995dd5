# %% [markdown]
# # 14. Freshness: how often should the feature pipeline run?
#
# **How fresh a feature has to be is measured, not felt: hold what an interval costs in predictions against its CPU, at the instants at which people really ask.**
#
# **Your bet.** The same feature code can run after every event, every quarter of an hour, hourly, daily, weekly.
#
# 1. From a refresh a day to one an hour: what happens to the log loss of real-time answers? And from a quarter of an hour to each event?
# 2. From which interval on does the split, skewed in every row, predict better than an FTI without any skew?
# 3. How much CPU a day does a refresh after each event take, compared with one every quarter of an hour?
# 4. Features are refreshed once a day. How old are they on average when somebody asks? Half a day?
# 5. One night the pipeline is dead. Does anybody notice in the morning?

# %%
import warnings

warnings.filterwarnings("ignore")  # what libraries warn one another of

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from lab.study.day_blocks import add_outcomes
from lab.study.refresh_arms import DEPLOYED, FRESH, NIGHT, select_nights
from lab.study.results import read_study_results
from lab.study.rulers.freshness import AGES, SWEPT, Sweep
from lab.study.rulers.skill import describe_simple
from lab.study.verdicts import read_margins
from measure.data import frontier
from measure.data.comparison import judge_difference
from measure.data.days import Days, estimate
from measure.data.scores import log_losses
from problem.facts import load_facts
from problem.questions import CUT_OFF, questions, scheduled_between
from publish.notebooks.notebook_picture import show_picture

# %%
study, facts = read_study_results(), load_facts()
sweeps = {mode: Sweep(study, "fti", mode) for mode in ("batch", "real_time")}
aucs = study.table("refresh-fti", "aucs").set_index(["mode", "interval"])
split = add_outcomes(dict(study.by_mode("serve-split", "served"))["real_time"])
split["loss"] = log_losses(split["late"].to_numpy(bool), split["prediction"].to_numpy(float))

# %% [markdown]
# ## Age, as the systems run
#
# How many minutes old is a stored value when it is used? (Two features that never change are left out.)
#
# *Predict:* FTI refreshes every 15 minutes, hourly and daily. What is its mean age in real time?

# %%
for name in study.systems:
    for mode, rows in study.by_mode(f"serve-{name}", "served"):
        ages = rows[AGES].to_numpy()
        print(f"{name:17}{mode:11}mean {ages.mean():>5.0f}   9 in 10 at most {np.quantile(ages, 0.9):>6.0f} minutes")

# %% [markdown]
# ## What an interval costs in predictions
#
# *Regret* is the served log loss minus that of the same model on features refreshed after each event, in nats. Systems without a store have
# none: every age is 0, and served vectors equal the oracle's. For FTI October to December was asked again with each interval: with the model as
# deployed, and with one *fitted anew* on features of that age. Brackets are 95 % intervals, drawn by
# weeks.

# %%
for mode, sweep in sweeps.items():
    print(f"{mode:17} AUC    loss   regret                 fitted anew")
    for interval, name in (*SWEPT.items(), (DEPLOYED, DEPLOYED)):
        auc, loss, regret = (
            aucs.loc[(mode, interval), "deployed"],
            sweep.loss(interval),
            sweep.regret(interval, "deployed"),
        )
        anew = sweep.regret(interval, "retrained") if interval in SWEPT else ""
        print(f"  {name:13} {auc:.3f}   {loss:.3f}   {regret!s:23}{anew}")
    print("  log loss,", describe_simple(study, "fti", mode))

# %% [markdown]
# *As deployed* is one interval per view: aircraft and routes daily, weather and carriers hourly, departures and landings every quarter of an
# hour. The evening's question is asked at 22:00 sharp, when every interval of an hour or less has just run: those lines differ by nothing.
#
# ### Against a rival that has no store
#
# No line above has any skew, by construction: one history is read for both sides. So hold the climbing loss against the split, which is
# skewed in nearly every row and always fresh.

# %%
margin, rival = read_margins()["nats"].least, split.groupby("day")["loss"].sum()
print(f"split, as served: {split['loss'].mean():.3f}; FTI minus that, by weeks:")
for interval, name in SWEPT.items():
    asked = sweeps["real_time"].by_interval[interval].set_index("day")
    over = estimate(Days(asked.index).ratios(asked["deployed"] - rival.reindex(asked.index), asked["rows"]))
    print(f"    refreshed {name:12} {over!s:24}{judge_difference(over, margin)}")

# %% [markdown]
# ## What it costs in CPU
#
# Seconds a day on the machine that ran the study; they differ from run to run, so they are not compared.

# %% tags=["nbval-ignore-output"]
choices = [
    frontier.Choice(name, sweeps["real_time"].cpu[interval], sweeps["real_time"].regret(interval, "deployed"))
    for interval, name in (*SWEPT.items(), (DEPLOYED, DEPLOYED))
]
for choice in choices:
    print(f"{choice.name:12} {choice.cpu:8.2f} CPU seconds a day, regret {choice.regret.value:.3f}")
print("on the frontier:", ", ".join(frontier.frontier(choices)))

# %%
show_picture(lambda path: frontier.draw(choices, "fti", path))

# %% [markdown]
# A choice on the frontier is one that no other beats in both. Look at the steps: what does ten times the CPU buy at the left end, and what at
# the right?
#
# ## How old is old?
#
# Theory: asked at any time, a value is half an interval old, plus the time that a run takes. The ages
# of three intervals for the real-time questions of October to December, from the schedule alone:

# %%
from reference.systems.fti.schedule import last_refresh

asked = pd.DatetimeIndex(scheduled_between(questions(facts, "real_time"), CUT_OFF, None)["asked_at"])
lengths = {"15min": 15, "1h": 60, "daily": 1440}
minute = pd.Timedelta(minutes=1)
ages = {every: np.asarray((asked - last_refresh(asked, every)) / minute) for every in lengths}
for every, minutes in ages.items():
    print(f"{every:6} theory {lengths[every] / 2:6.1f} minutes, questions {minutes.mean():6.1f}")

# %%
show_picture(lambda path: frontier.draw_ages(ages, lengths, "fti", path), width=720)

# %% [markdown]
# Nobody asks at any time. Planes leave at round minutes, so questions come soon after a quarter of an hour; and they leave by day, so what was
# made at midnight is older than half a day on average. If yours must run once a day, run it before the first wave, and not when the
# machine is idle.
#
# ## A night without the pipeline
#
# Between 22:00 and 10:00 no refresh. The questions of that night and morning, against the same on time:

# %%
sweep, mornings = sweeps["real_time"], split[select_nights(split["asked_at"])]
print(f"{len(mornings):,} questions between 22:00 and 10:00; regret {sweep.regret(NIGHT, 'deployed')}")
for name, arm in (("on time", "on_time"), ("after a night without refreshes", "deployed")):
    print(f"{name:32} AUC {aucs.loc[('real_time', NIGHT), arm]:.3f}, log loss {sweep.loss(NIGHT, arm):.3f}")
print(f"{'the split, on the same questions':32}            log loss {mornings['loss'].mean():.3f}")
print("log loss,", describe_simple(study, "split", "real_time", mornings["flight_id"]))

# %% [markdown]
# No skew, as the history knows what the store knew; no alarm on values either, as yesterday's values are ordinary values. And what does the
# service say in the meantime? It answers as before; only the ages tell. Here it is alive: FTI behind
# [its service](../docs/service.md) on a copy of the study's store, asked at eight in the morning, first without the night's refreshes, then with them.

# %%
from fastapi.testclient import TestClient

from lab.service.service_installation import open_service, renew_installation
from parts.service_shell.app import create_app
from parts.service_shell.flight import make_example
from reference.systems.fti import features
from reference.systems.fti.stores import FeatureStore

warnings.filterwarnings("ignore")  # again: libraries that came in just now have set filters of their own

# %%
home = renew_installation("fti", Path(tempfile.mkdtemp()) / "fti")
morning = CUT_OFF + pd.Timedelta(hours=8)
body = make_example(morning)
with TestClient(create_app(open_service("fti", home), body)) as service:
    said = [service.post("/predict", json=body).json()]
    store = FeatureStore(home / "features")
    features.refresh(store, facts.known_at(morning), morning)
    store.flush()
    said.append(service.post("/predict", json=body).json())
for when, answer in zip(("no refresh since midnight", "refreshed"), said, strict=True):
    departures, degraded = answer["ages"]["origin_dep_delay_2h"], answer["degraded"]
    print(f"{when:26} {answer['prediction']:.3f} late; departures {departures:3.0f} minutes old; degraded: {degraded}")

# %% [markdown]
# Status 200, not degraded, and another probability. *Watch `feature_age_minutes`*, which the service gives to Prometheus: nothing else
# in an answer looks unusual.
#
# ## After each event, from the same code
#
# The pipeline's functions take any interval, so "per event" is a setting. Feast's *push* writes the rows of a view to the online store;
# so does [`FeatureStore.write`](../reference/systems/fti/stores.py). One hour of that morning, refreshed at the end of every minute with an event,
# and in four runs:

# %%
ways = {}
for every in (FRESH, "15min"):
    store = FeatureStore(renew_installation("fti", Path(tempfile.mkdtemp()) / "fti") / "features")
    store.schedules = dict.fromkeys(store.schedules, every)
    features.refresh(store, facts.known_at(morning), morning)
    ways[every], runs = store, pd.date_range(morning, morning + pd.Timedelta("1h"), freq=every)[1:]
    events = facts.known_between(morning, runs[-1])
    known_at = pd.concat([events.departures["known_at"], events.landings["known_at"], events.weather["known_at"]])
    due = [at for at in runs if ((known_at > at - pd.Timedelta(every)) & (known_at <= at)).any()]
    for at in (*due, runs[-1]):
        features.refresh(store, facts.known_at(at), at)
    print(f"{every:6} {len(due):3} runs for {len(known_at)} events")

# %%
fields = ["carrier", "origin", "dest", "tailnum"]
keys = scheduled_between(questions(facts, "real_time"), morning, morning + pd.Timedelta("6h"))[fields].fillna("")
both = [pd.DataFrame(store.read_online(keys.to_dict("records"))) for store in ways.values()]
print(
    f"{len(keys)} flights ahead, {both[0].shape[1]} stored features each; both ways the same: {both[0].equals(both[1])}"
)

# %% [markdown]
# *Your own code.* `measure.data.regret.regret(late, day, served, fresh)` takes labels, days and two columns of predictions: log what you
# served, compute what fresh features would have said, and you have your own frontier.
#
# ## Where the anti-pattern wins
#
# - The split keeps its windows in memory and takes in every event: no interval to choose, no store to refresh, age 0. It pays with skew
#   (lesson 5a) and with a stream that it must read again after each restart.
# - An FTI that saves on refreshes can fall behind a rival that is skewed in every row, with zero skew in every line: see *Against a rival*.
# - The monolith computes its features when it is asked: never stale, and never in real time.
#
# ## To discuss
#
# 1. Which interval does your most important feature have, and who chose it? From a measurement?
# 2. Who is told when a refresh fails: the pipeline's team, or whoever reads the predictions?
#
# ## Threats to validity
#
# - **Construct.** CPU seconds are not money, and a stream processor has costs that a script does not.
# - **Internal.** "Each event" is a refresh every minute: times are whole minutes, and events of one minute share a refresh. CPU a day is
#   extrapolated from a few refreshes in a row.
# - **External.** Flights are slow: in advertising, a quarter of an hour is an eternity.
# - **Conclusion.** One learner. Fitted on old features, models lean on what ages less: that is the column *fitted anew*.
