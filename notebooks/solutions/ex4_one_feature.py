# %% [markdown]
# # Exercise 4. One feature, three systems
#
# *日本語*: 同じ特徴量を1つ、モノリス・分割型・FTIのそれぞれに追加する変更を書きます。
# 変更はコードの写しに適用され、値が正しいかを確かめたうえで、変更したファイル・関数・行の数を私たちのパッチと比べます。
#
# **40 minutes, after lesson 9.** The request is C1:

# %%
from lab.exercises import one_feature

print(one_feature.REQUEST.text.read_text())

# %% [markdown]
# The specification, the contract and the oracle know the feature already, in the copies in which your edits are made. The systems do
# not. Write the edits for all three.
#
# Check with `make check EX=4`. Each system lives through a few dozen questions in its copy; together that takes half a minute.
#
# ## Predict first
#
# How many functions does each system need to have changed or added? Code outside functions counts as one function a file.

# %%
guess = {
    # <solution>
    "monolith": 1,
    "split": 4,
    "fti": 3,
    # </solution>
    # stub: "monolith": None,
    # stub: "split": None,
    # stub: "fti": None,
}

# %% [markdown]
# ## How to write an edit
#
# An edit is a file in the system's folder, a text that stands in it exactly once, and what is to stand there instead:
#
# `("offline.py", "the old text", "the new text")`
#
# Edits of one system are made one after the other. Change the systems alone, nothing else. Same window and same null rule as
# `origin_dep_delay_2h`, in training and in serving.

# %%
edits: dict[str, list[tuple[str, str, str]]] = {}

# %% [markdown]
# ## The monolith
#
# [antipatterns/systems/monolith/system.py](../../antipatterns/systems/monolith/system.py)
#
# <details><summary>Hint</summary>
#
# `features_of_date` makes the mean and the count of the same departures in one call. The list of what the model reads comes from the
# contract.
#
# </details>

# %%
edits["monolith"] = [
    # <solution>
    (
        "system.py",
        'origin_dep_delay_2h="mean", ',
        'origin_dep_delay_2h="mean", origin_dep_delay_max_2h="max", ',
    ),
    # </solution>
]

# %% [markdown]
# ## The split
#
# [antipatterns/systems/split/offline.py](../../antipatterns/systems/split/offline.py), [antipatterns/systems/split/online.py](../../antipatterns/systems/split/online.py)
#
# <details><summary>Hint for the offline half</summary>
#
# `trailing` gives mean and count of a window; a third aggregate is one word. The mean is filled with 0 where nothing left: what would
# this team do with the maximum?
#
# </details>
# <details><summary>Hint for the online half</summary>
#
# A running sum forgets; a maximum cannot be subtracted. But `Window` keeps its values, and a value is too old when it is `length` old.
#
# </details>

# %%
edits["split"] = [
    # <solution>
    ("offline.py", '.agg(["mean", "count"])', '.agg(["mean", "count", "max"])'),
    (
        "offline.py",
        '    table["carrier_origin_arr_delay_24h"]',
        '    table["origin_dep_delay_max_2h"] = trailing(legs, table, at_origin, "dep_delay", "2h")["max"].fillna(0)\n'
        '    table["carrier_origin_arr_delay_24h"]',
    ),
    (
        "online.py",
        "\n\ndef _windows(",
        '''
    def maximum(self, now: datetime) -> float | None:
        """The largest value in the window that ends now, None if nothing is in it."""
        return max((value for at, value in self.values if at > now - self.length), default=None)


def _windows(''',
    ),
    (
        "online.py",
        '            "origin_departures_2h": self',
        '            "origin_dep_delay_max_2h": self.departures[origin].maximum(now),\n'
        '            "origin_departures_2h": self',
    ),
    # </solution>
]

# %% [markdown]
# ## FTI
#
# [reference/systems/fti/features.py](../../reference/systems/fti/features.py),
# [reference/systems/fti/feature_repo/definitions.py](../../reference/systems/fti/feature_repo/definitions.py)
#
# <details><summary>Hint 1</summary>
#
# A view that is in use never changes its meaning. A new one needs a name, a refresh interval and columns in `definitions.py`, and a
# function among `VIEWS` in `features.py`. Training, inference and the store read what is defined: they need no edit.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `changes` gives the refreshes at which a key's window changes. Put these points among the departures, sort by key and instant
# (departures first where both fall together), take a rolling maximum over two hours, and keep the points.
#
# </details>

# %%
# <solution>
worst = '''def origin_worst_departure(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Departures from the origin in the last two hours: largest delay in minutes."""
    length = pd.Timedelta("2h")
    departures = warehouse.departures[["origin", "known_at", "dep_delay"]].rename(columns={"known_at": STAMP})
    departures = departures[departures[STAMP].between(after - length - LONGEST_INTERVAL, until)]
    points = changes(departures.rename(columns={STAMP: "known_at"}), ["origin"], length, every)
    rows = pd.concat([departures, points.assign(refresh=True)])  # departures first: those at the refresh count
    rows = rows.sort_values(["origin", STAMP], kind="stable", ignore_index=True)
    windows = rows.groupby("origin").rolling(length, on=STAMP, min_periods=1)["dep_delay"].max()
    rows["origin_dep_delay_max_2h"] = windows.to_numpy()
    return rows.loc[rows["refresh"].notna(), ["origin", STAMP, "origin_dep_delay_max_2h"]].sort_values(STAMP)


'''
# </solution>

# %%
edits["fti"] = [
    # <solution>
    (
        "feature_repo/definitions.py",
        '    "carrier_landings": "1h",',
        '    "origin_worst_departure": "15min",\n    "carrier_landings": "1h",',
    ),
    (
        "feature_repo/definitions.py",
        '    "carrier_landings": ([CARRIER',
        '    "origin_worst_departure": ([ORIGIN], {"origin_dep_delay_max_2h": Float64}),\n    "carrier_landings": ([CARRIER',
    ),
    ("features.py", "def carrier_landings(", worst + "def carrier_landings("),
    ("features.py", "in (origin_departures, ", "in (origin_departures, origin_worst_departure, "),
    # </solution>
]

# %% [markdown]
# <solution>
# ## What you saw
#
# The same wish costs a word in the monolith, two pieces of code in the split that share no line, and the longest piece in FTI. What
# FTI's piece buys: training and both ways of serving have the feature at once, and none of the three was edited. What the split's
# two pieces buy: each team ships when it likes, and from the first day on the two values differ where a window is cut.
#
# *Where the anti-pattern would have won.* By any count of files, functions and lines the monolith is the cheapest here, and it
# answers rightly. Whoever counts one request on one day will not choose a store.
#
# **A question for the room.** Who would review your edits of the split: one person, or two who do not read each other's half?
# </solution>
