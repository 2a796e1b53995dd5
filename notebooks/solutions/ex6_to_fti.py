# %% [markdown]
# # Exercise 6. From a monolith to FTI, in five steps
#
# *日本語*: 60行ほどの小さなモノリスを、特徴量・学習・推論の3つのパイプライン(FTI)へ5段階で作り替えます。
# 段階ごとにテストがあり、途中の段階がまだ正しくなくても、できた段階から確かめられます。
#
# **40 minutes, after lessons 2 and 4.** Five steps, each with a test of its own. `make check EX=6` says which of them pass. A step that
# is not right yet hides no other, so you may begin with any.

# %%
import inspect
import tempfile
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

from lab.exercises import small_monolith
from lab.exercises.few_flights import CARRIERS, END, FIRST, ORIGINS, SERVED_FROM, asked_between, few_flights
from lab.exercises.slow_store import RUN_TIME, refreshes
from lab.exercises.small_monolith import FEATURES, NEW_YORK
from problem.facts import Facts

print(inspect.getsource(small_monolith))

# %% [markdown]
# It runs: two carriers, two airports, three days of February. It trains on the first two days, and answers on the third.

# %%
facts = few_flights()
past, today = asked_between(FIRST, SERVED_FROM), asked_between(SERVED_FROM, END)
with tempfile.TemporaryDirectory() as folder:
    small_monolith.run(facts, past, True, Path(folder))
    answered = small_monolith.run(facts, today, False, Path(folder))
print(f"{len(past)} questions to train on, {len(today)} answered")
small_monolith.most_endangered(answered)

# %% [markdown]
# ## Predict first
#
# Two guesses. How many minutes old will a value be, on average, when it is used, if a feature pipeline runs every hour and takes five
# minutes? And in which share of today's questions will `origin_dep_delay_2h` be what the monolith says?

# %%
# <solution>
guess_age, guess_same = 35, 0.5
# </solution>
# stub: guess_age = None  # minutes
# stub: guess_same = None  # 0 to 1

# %% [markdown]
# ## Step 1. Name the features apart
#
# One function for each thing that a feature is about. The first two give their values as of one instant `at`, and know no question.
#
# - `origin_departures(facts, at)`: columns `origin`, `origin_dep_delay_2h`; one row for each of `ORIGINS`.
# - `carrier_landings(facts, at)`: columns `carrier`, `carrier_arr_delay_24h`; one row for each of `CARRIERS`.
# - `request_time(asked)`: column `local_hour`; the index of `asked`.
#
# Where nothing is in the window the value is null, and the row is there all the same: a value that has run out must be written over.
#
# <details><summary>Hint</summary>
#
# `groupby(...).mean()` leaves out keys without rows; `reindex(list(ORIGINS))` brings them back as nulls.
#
# </details>


# %%
def origin_departures(facts: Facts, at: pd.Timestamp) -> pd.DataFrame:
    # <solution>
    rows = facts.departures
    rows = rows[(rows["known_at"] > at - pd.Timedelta("2h")) & (rows["known_at"] <= at)]
    means = rows.groupby("origin")["dep_delay"].mean().reindex(list(ORIGINS))
    return means.rename("origin_dep_delay_2h").rename_axis("origin").reset_index()
    # </solution>
    # stub: return None


def carrier_landings(facts: Facts, at: pd.Timestamp) -> pd.DataFrame:
    # <solution>
    rows = facts.landings
    rows = rows[(rows["known_at"] > at - pd.Timedelta("24h")) & (rows["known_at"] <= at)]
    means = rows.groupby("carrier")["arr_delay"].mean().reindex(list(CARRIERS))
    return means.rename("carrier_arr_delay_24h").rename_axis("carrier").reset_index()
    # </solution>
    # stub: return None


def request_time(asked: pd.DataFrame) -> pd.DataFrame:
    # <solution>
    return pd.DataFrame({"local_hour": asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.hour}, index=asked.index)
    # </solution>
    # stub: return None


# %% [markdown]
# ## Step 2. Write them to a stored table, with both clocks
#
# `write_features(facts, instants, store)` writes `origin_departures.parquet` and `carrier_landings.parquet` into the folder `store`: the
# rows of all refreshes, with two more columns.
#
# - `as_of`: the instant that the value is about, the refresh.
# - `stored_at`: when the row could first be read. A run takes `RUN_TIME`.
#
# <details><summary>Hint</summary>
#
# `pd.concat([view(facts, at).assign(as_of=at, stored_at=...) for at in instants])`
#
# </details>


# %%
def write_features(facts: Facts, instants: pd.DatetimeIndex, store: Path) -> None:
    # <solution>
    for view in (origin_departures, carrier_landings):
        rows = pd.concat([view(facts, at).assign(as_of=at, stored_at=at + RUN_TIME) for at in instants])
        rows.to_parquet(store / f"{view.__name__}.parquet", index=False)
    # </solution>
    # stub: return None


# %% [markdown]
# ## Step 3. Read training rows point in time
#
# `training_rows(asked, store)`: the questions with the columns `FEATURES`, in the order of `asked`, each value from the newest row of its
# key that could be read at `asked_at`. No facts: the store is all that training sees.
#
# <details><summary>Hint</summary>
#
# `pd.merge_asof(left, right, left_on="asked_at", right_on=..., by=...)`, once for each table. Sort for it, and bring the order back afterwards.
# On which of the two clocks do you join?
#
# </details>


# %%
def training_rows(asked: pd.DataFrame, store: Path) -> pd.DataFrame:
    # <solution>
    rows = asked.assign(**request_time(asked), place=range(len(asked))).sort_values("asked_at")
    for name, key in (("origin_departures", "origin"), ("carrier_landings", "carrier")):
        view = pd.read_parquet(store / f"{name}.parquet").sort_values("stored_at")
        view = view.rename(columns={"as_of": f"{name}_as_of"})
        rows = pd.merge_asof(rows, view, left_on="asked_at", right_on="stored_at", by=key).drop(columns="stored_at")
    return rows.sort_values("place").drop(columns="place").set_axis(asked.index)
    # </solution>
    # stub: return None


# %% [markdown]
# ## Step 4. Save and load the model, with the version of its features
#
# `save_model(model, version, home)` keeps a model in the folder `home`, with the version of the features that it was fitted on.
# `load_model(version, home)` gives it back for that version. For any other it raises a `ValueError` that names both.
#
# `VERSION` is to be raised whenever a feature changes its meaning.

# %%
VERSION = "1"


def save_model(model: Any, version: str, home: Path) -> None:
    # <solution>
    part = home / "model.part"  # whoever loads must never find half a model
    joblib.dump({"model": model, "version": version}, part)
    part.replace(home / "model.joblib")
    # </solution>
    # stub: return None


def load_model(version: str, home: Path) -> Any:
    # <solution>
    kept = joblib.load(home / "model.joblib")
    if kept["version"] != version:
        raise ValueError(f"the model was fitted on features of version {kept['version']}, not {version}")
    return kept["model"]
    # </solution>
    # stub: return None


# %% [markdown]
# ## Step 5. Answer from the store
#
# `answer(question, store, home)`: a dictionary with the `FEATURES`, the `prediction` (the probability of late), and `age`: the minutes from
# `as_of` of the values to `asked_at`. One run writes both tables, so both are of one age. `question` is a dictionary with the columns of `asked`. It reads the store and the
# model, and nothing else: for the length of the check, `facts` is taken away.
#
# <details><summary>Hint</summary>
#
# A question is a table of one row. Which of your functions reads the store already?
#
# </details>


# %%
def answer(question: dict[str, Any], store: Path, home: Path) -> dict[str, Any]:
    # <solution>
    row = training_rows(pd.DataFrame([question]), store)
    made = row["origin_departures_as_of"].iloc[0]
    prediction = load_model(VERSION, home).predict_proba(row[FEATURES])[0, 1]
    age = (question["asked_at"] - made) / pd.Timedelta(minutes=1)
    return {**row[FEATURES].iloc[0], "prediction": prediction, "age": age}
    # </solution>
    # stub: return None


# %% [markdown]
# <solution>
# ## All of it, and the monolith beside it
# </solution>

# %%
# <solution>
with tempfile.TemporaryDirectory() as folder:
    store = home = Path(folder)
    write_features(facts, refreshes(), store)
    rows = training_rows(past, store).merge(facts.outcomes[["flight_id", "late"]], on="flight_id")
    save_model(small_monolith.new_model().fit(rows[FEATURES], rows["late"]), VERSION, home)
    some = today.iloc[::4]
    said = pd.DataFrame([answer(question, store, home) for question in some.to_dict("records")], index=some.index)
same = (said[FEATURES].fillna(-999) - answered.loc[some.index, FEATURES].fillna(-999)).abs() < 1e-9
print(f"{said['age'].mean():.0f} minutes old on average; share of values that are the monolith's:")
print(same.mean().round(2).to_string())
# </solution>

# %% [markdown]
# <solution>
# ## What you saw
#
# Training and answers read the same rows by the same function: there is no place left in which they could differ, but for what the store
# does between two refreshes. Whoever asks a question needs no facts any more. A second model takes the same store, and adds a function.
#
# *Where the anti-pattern would have won.* Three features, one model, one reader: the monolith has half the lines, no second clock, no
# folder to look after, and its values are as fresh as the facts. If this is all there will ever be, leave it alone.
#
# **A question for the room.** Which of the five steps would you do in your own system if you were allowed one only?
# </solution>
