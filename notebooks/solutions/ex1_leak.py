# %% [markdown]
# # Exercise 1. Find the leak
#
# *日本語*: 学習データの表に、予測時点ではまだわからない値を使った特徴量(リーク)が1つ混ざっています。
# 「起きた時刻」と「取得できた時刻」の2つの時計を手がかりに、その特徴量と該当行を見つけ、クエリを直してください。
#
# **15 minutes, after lesson 1.** One day at LaGuardia: a question an hour before each departure, and four features for a
# model that says whether the flight will be late. One of the four knows too much. Find it, find its rows, mend the query.
#
# Check with `make check EX=1`, as often as you like.

# %%
import pandas as pd

from lab.exercises.leak import QUERY, run, tables

day = tables()
asked, legs, weather = day["asked"], day["legs"], day["weather"]
for name, table in day.items():
    print(f"{name}: {len(table)} rows; {', '.join(table.columns)}")

# %% [markdown]
# `legs` is the warehouse's table, one row a flight, filled in as the day went on. You look at it a week later, when it is
# complete. Every fact has two clocks: when it counts, and when somebody could know it. A `dep_delay` was known at
# `departed_at`, an `arr_delay` at `arrived_at`, a temperature at `observed_at`.
#
# The query was reviewed, and passed:

# %%
print(QUERY)

# %%
table = run(QUERY, day)
table.head()

# %% [markdown]
# ## Predict first
#
# Which share of the rows holds a value that nobody could know at `asked_at`? A number from 0 to 1.

# %%
# <solution>
guess = 0.2
# </solution>
# stub: guess = None

# %% [markdown]
# ## Which feature?
#
# For each of the four, ask: at which instant was the newest fact in its window known? Was that before `asked_at`?
#
# <details><summary>Hint</summary>
#
# Three features cut their window on the clock at which their fact was known. One cuts it on another clock: the one that the
# warehouse is sorted by.
#
# </details>

# %%
# <solution>
leaking = "origin_dep_delay_2h"
# </solution>
# stub: leaking = None  # the name of a column

# %% [markdown]
# ## Which rows?
#
# The `flight_id` of each question whose value was made with at least one fact that was not known at `asked_at`.
#
# <details><summary>Hint</summary>
#
# Join the questions with the legs that their window holds; keep the pairs in which the leg's fact came after the question:
# `pairs = asked.merge(legs, on="origin", suffixes=("", "_leg"))`
#
# </details>

# %%
# <solution>
pairs = asked.merge(legs.dropna(subset="dep_delay"), on="origin", suffixes=("", "_leg"))
since = pairs["asked_at"] - pd.Timedelta(hours=2)
pairs = pairs[(pairs["scheduled_at_leg"] > since) & (pairs["scheduled_at_leg"] <= pairs["asked_at"])]
leaked = pairs.loc[pairs["departed_at"] > pairs["asked_at"], "flight_id"].unique()
# </solution>
# stub: leaked = None  # flight_ids, in a list, a set or a column

# %% [markdown]
# ## Mend the query
#
# Same columns, same rows. Three features stay as they are; the fourth is to hold what was known in the two hours up to
# `asked_at`, that instant included: `(asked_at − 2 h, asked_at]`. Your query is tried on this day, and on one that you do not see.

# %%
# <solution>
mended = QUERY.replace("legs.scheduled_at", "legs.departed_at")
# </solution>
# stub: mended = None  # the text of a query

# %% [markdown]
# <solution>
# ## What you saw
#
# One clock, in one line, and most rows of a bad day are wrong. The leaking values are far larger, as they hold delays that had yet
# to come; a model fitted on them will never be served such values. And a surprise: on this day the leak does not even tell late
# flights better from others. A leak need not flatter. A score that is too good is a reason to look for one; a plain score is no
# reason not to. The two clocks tell in either case.
#
# *Where the anti-pattern would have won.* A window on the scheduled clock reads one sorted column and skips all other
# partitions; the mended one must look at flights of any schedule. On a day on which all leave on time both give the same values. And
# where nobody has kept the instant of knowing, the schedule is the only clock there is.
#
# **A question for the room.** Which of your tables still knows *when* each value was filled in? What do you do with those that
# do not?
# </solution>
