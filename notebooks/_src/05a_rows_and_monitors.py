# %% [markdown]
# # 5a. Skew: how many rows differ, and who would notice
#
# **Only a comparison row by row, by key, tells whether training and serving agree; a monitor of distributions answers another question.**
#
# **Your bet.** Write a number or a word beside each; the cells below answer.
#
# 1. Compare a table with itself, its rows shuffled, by position. On how many rows does it differ?
# 2. On how many rows does the split differ from its training table? How much of that is left if numbers may be 10 % off?
# 3. Both halves of the split call one shared function for every feature. How much of the skew is left?
# 4. Of the features that differ, how many does a monitor with the customary PSI alarm at 0.2 report?
# 5. Some landings are first reported wrong, and corrected in the warehouse days later. Whose rows still agree?
#
# What it costs, and whom, is [lesson 5b](05b_who_pays.ipynb).

# %%
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from antipatterns.systems.split.system import System
from lab.study.day_blocks import find_days
from lab.study.results import read_study_results
from lab.study.rulers import troubles
from lab.study.rulers.row_skew import convert_to_numbers, read_pairs
from lab.study.rulers.skill import describe_simple
from lab.study.steps.messy_world import AGAIN, RATES
from measure.data import monitor, skew
from measure.data.classes import ALL, class_shares
from measure.data.planted_shift import plant_shift
from measure.data.scores import log_losses
from measure.data.table_compare import CannotCompare
from problem.contract import CATEGORIES, FEATURES, KEYS
from problem.facts import load_facts
from problem.messy_facts import CORRECTED, HOUR, MINUTE, SLOW, make_messy
from problem.questions import CUT_OFF, NEW_YORK
from publish.notebooks.notebook_picture import show_picture

# %%
ON, NAMES = list(KEYS), list(FEATURES)
study = read_study_results()
WIDTH = 760  # pixels
vectors = read_pairs(study)  # (system, mode) -> what training would see, what serving really saw
for (name, mode), (_, served) in vectors.items():
    print(f"{name:17}{mode:11}{len(served):>7,} answers out of the running system")

# %% [markdown]
# Batch questions are asked at 22:00 the evening before, real-time ones an hour before departure. FTI's real-time answers were
# replayed request by request on seven stated days; only those stand here. Two systems are *controls*, a rival with one remedy: the
# modular monolith (one function of facts and question, no flag, no store) and the shared split (one library for both halves).
#
# ## 1. Calibrate the ruler
#
# A ruler that has never been held against a known length proves nothing. A table against itself, shuffled, must give 0 (an A/A
# test). A difference that we plant must be found, to the row.
#
# *Predict:* how many rows will the last line report?

# %%
log = vectors["fti", "real_time"][1]
shuffled = log.sample(frac=1, random_state=1)
print(f"against itself, shuffled: {skew.row_skew(log, shuffled, ON, NAMES).by_row['skewed'].sum()} rows differ")
for share in (0.001, 0.05):
    found = skew.row_skew(log, plant_shift(shuffled, "temp", share, seed=1), ON, NAMES)
    print(f"planted in {round(share * len(log)):>3} rows ({share:.1%}): found {found.by_row['skewed'].sum()}")
numbered = [table.assign(row=range(len(table))) for table in (log, shuffled)]
by_position = skew.row_skew(*numbered, ["row"], NAMES)
print(f"against itself, joined by position: {by_position.skewed_rows:.0%} of the rows differ")

# %% [markdown]
# A join by position would have found skew where there is none. That is why the ruler joins on keys only, and refuses two tables that
# do not hold the same questions. One line of the log gets lost:

# %%
try:
    skew.row_skew(log, log.iloc[1:], ON, NAMES)
except CannotCompare as refusal:
    print("refused:", refusal)

# %% [markdown]
# ## 2. Row skew, feature by feature
#
# Take the vector that was logged when the model answered. Ask the *training path* the same question later. Join on the keys, and
# compare cell by cell: numbers may differ by one millionth, everything else must be the same.
#
# *Predict:* in how many of the 21 features does each system differ?
#
# *Try this:* set `TOLERANCE = 1e-2`. Which features get better?

# %%
TOLERANCE = 1e-6
held = {key: skew.row_skew(*pair, ON, NAMES, rtol=TOLERANCE) for key, pair in vectors.items()}
for key, found in held.items():
    print(f"{key[0]:17}{key[1]:11}{found.skewed_rows:>7.1%} of the rows differ, in {found.skewed_features} features")
table = pd.DataFrame({", ".join(key): found.per_feature.set_index("feature")["skewed"] for key, found in held.items()})
print(table.loc[table.max(axis=1) > 0, table.max() > 0].round(2).rename_axis(None).to_string())

# %% [markdown]
# Where training and serving read what one pipeline has written, they cannot disagree in a world as kind as this one: what is written
# arrives, is there at once, and is never written again. Where batch scoring and training read the very same history, a zero is one *by
# construction*: it says nothing that you could not read off the diagram, and a ruler that could not have shown anything else counts for nobody.
#
# Then compare each rival with its control. The modular monolith has one function and no store; the shared split has one library, but two
# places that choose which rows a formula is given, and as of when.
#
# ### Where the zeros go: a correction rewrites history
#
# So far all facts were right and there at once. Now four troubles, at rates that we assume: *late reports* (a landing becomes known hours or days
# later), *corrections* (the first report gives the touchdown; days later the time at the gate overwrites it in place), *slow refresh* (what a job makes
# is there minutes after it has read), *lost writes* (to an online state). First one correction:

# %%
print(
    f"reported hours or days late {sum(share for share, *_ in RATES.lateness[1:]):.0%}, corrected {RATES.corrected:.0%},"
)
print(f"there after {RATES.lag / MINUTE:.0f} minutes, lost {RATES.lost:.0%}\n")
messy = make_messy(load_facts(), (CORRECTED,))
said = messy.first_reports[messy.first_reports["known_at"] >= CUT_OFF].iloc[0]
for asked, at in (("an hour after the report", said["known_at"] + HOUR), ("when it is settled", said["settled_at"])):
    landing = messy.known_at(at).landings.set_index("flight_id").loc[said["flight_id"]]
    when, known = (moment.tz_convert(NEW_YORK).strftime("%d %b %H:%M") for moment in (at, landing["known_at"]))
    print(f"{asked:26}{when}: arrival delay {landing['arr_delay']:>3.0f} min, known at {known}")

# %% [markdown]
# Both lines bear the same time, so no filter on it can tell them apart. The first is what every answer of those days was made from. The
# second is all that a warehouse remembers.
#
# *Predict:* both sides of the modular monolith call one function, with the same instant. On how many rows will it differ now? And FTI, whose
# history was written as the reports came? And FTI, once somebody has filled that history again?


# %%
def spell(share):
    return "–" if pd.isna(share) else "0" if share == 0 else f"{share:.2%}"


scored = [row for row in troubles.rows(study) if row.key == "messy_skew"]
beside = pd.DataFrame(scored).pivot(index="part", columns=["mode", "system"], values="value").sort_index(axis=1)
print(beside.astype(float).map(spell).loc[list(troubles.PARTS)].rename_axis(None).to_string())
absent = dict.fromkeys(f"{row.system}, {row.part}: {row.note}" for row in scored if row.value is None)
print("\nno value:", *absent, sep="\n    ")

# %% [markdown]
# - **A correction writes a history that serving never saw.** Whoever computes training features afterwards computes them from values that no
#   service had. That is leakage, however true the values: to ask *what was known when* is not enough if the warehouse answers with a later value.
#   It takes a history that nobody writes over: rows stored as they were served, or facts that are appended to and never changed.
# - **The zero belongs to the writing, not to the shape.** Hold the lines *corrections* and *corrections, filled again* against each other. A new
#   feature, a bug fix, a lost disk: each is a reason to fill a history again, and each does to a store what the correction does to the others.
# - **A slow refresh**: a row is stamped with the instant up to which the job had read, and is there only later; so is a fact that a warehouse has
#   still to load. Training finds both at their stamp.
# - **A lost write** can only part what is kept twice: history or warehouse has the row, the online state has not, until the next one comes.
#
# What we expected stands in PREDICTIONS.md, *A messy world*; hold the lines against it. Which features carry it? *Predict:* those with the
# longest window, or those with the shortest?

# %%
columns = {}
for name, arms in (("modular_monolith", (CORRECTED,)), ("fti", (CORRECTED, AGAIN, SLOW))):
    of = dict(study.by_mode(f"messy-{name}", "features"))["batch"]
    columns |= {f"{name}: {arm}": of[of["arm"] == arm].set_index("feature")["skewed"] for arm in arms}
shares = pd.DataFrame(columns)
shares.columns = pd.MultiIndex.from_tuples(column.split(": ") for column in shares)
print("batch, share of the rows on which a feature differs")
print(shares[shares.max(axis=1) > 0].astype(float).map(spell).rename_axis(None).to_string())

# %% [markdown]
# The more landings a feature looks back on, the surer one of them was corrected since: so a few corrections can reach nearly every row. What it
# costs stands in lesson 5b.
#
# And look at `aircraft_hours_since_landing`. The specification says *arrival*, and in a kind world a landing is known as it happens. FTI counts from
# the arrival, the modular monolith from when it was known; the split's offline half does the one and its online half the other. No ruler in a kind
# world can tell these apart.
#
# ### Four classes
#
# A cell is equal, or it differs in value, or it is null on one side. The last two are different faults.
#
# *Predict:* which features will be null on one side only, and on which?

# %%
for key, pair in vectors.items():
    shares = class_shares(*pair, ON, NAMES, find_days(pair[0]["asked_at"]))[ALL]
    if held[key].skewed_features:
        print(f"{', '.join(key):25}of all cells:", "  ".join(f"{label} {of.value:.1%}" for label, of in shares.items()))
classes = held["split", "real_time"].per_feature.set_index("feature").drop(columns="skewed").rename_axis(None)
nulls = classes.filter(like="null").sum(axis=1)
print(f"\nsplit, where a null meets a value:\n{classes[nulls > 0.01].round(3).to_string()}")

# %% [markdown]
# `null_only_served`: service has a null where training had a value; where training never has one (`origin_dep_delay_2h`), the learner was
# never taught it. `null_only_offline` is the other way round. The features not listed differ by value, or next to always.
#
# ### Is it one loud feature? Is it rounding?
#
# One feature is enough to spoil a row. So leave out the loudest features one after the other. *Predict:* how many of the
# split's features must go until half of the rows agree?

# %%
KEY = ("split", "real_time")

loudest = list(table[", ".join(KEY)].sort_values(ascending=False, kind="stable").index)
for gone in range(10):
    left = skew.row_skew(*vectors[KEY], ON, loudest[gone:])
    print(f"without the {gone} loudest: {left.skewed_rows:4.0%} of the rows differ, in {left.skewed_features} features")

# %% [markdown]
# Now let numbers differ by more and more. Whole numbers, which the ruler compares exactly, are taken as floats here, so that the
# tolerance reaches them too. (For an hour of the day "within 10 %" makes little sense; that is the price.)
#
# *Predict:* at which tolerance do most rows agree?
#
# *Try this:* set `KEY = ("monolith", "batch")` above.

# %%
loose = [convert_to_numbers(side) for side in vectors[KEY]]
sweep = skew.tolerance_sweep(*loose, ON, NAMES)
for rtol, rows, features in sweep.itertuples(index=False):
    print(f"numbers may differ by {rtol:<6g}{rows:>7.1%} of the rows differ, in {features} features")
tenth = skew.row_skew(*loose, ON, NAMES, rtol=0.1).per_feature.set_index("feature")["skewed"]
beside = pd.DataFrame({"as it is": table[", ".join(KEY)], "within 10 %": tenth})
print(f"\n{beside[beside['as it is'] > 0].round(2).rename_axis(None).to_string()}")

# %% [markdown]
# Noise of floating points would be gone in the third line, rounding to two decimals in the fourth or fifth. What is left at 10 % are other numbers.
#
# ## 3. What a monitor would have seen
#
# Most shops do not join on keys. They compare distributions: today's served values against training's. Beside the row skew we print
# the Jensen–Shannon distance, with its *no-skew floor* (the 95th percentile when rows are randomly relabelled), PSI with the
# customary alarm at 0.2, and Kolmogorov–Smirnov; and, as a yardstick, the *drift*: how far the autumn lies from the training months
# with no skew at all.
#
# *Predict:* of the split's features, how many reach a PSI of 0.2?

# %%
SKEWED = {"monolith": "batch", "split": "real_time"}
trained = {name: dict(study.by_mode(f"train-{name}", "training"))[mode] for name, mode in SKEWED.items()}
seen = {
    name: monitor.monitored(trained[name], *vectors[name, mode], NAMES, CATEGORIES) for name, mode in SKEWED.items()
}
beside = seen["split"].per_feature.assign(skewed=table["split, real_time"].to_numpy())
beside = beside[beside["skewed"] > 0].sort_values("skewed", ascending=False).set_index("feature")
print(beside[["skewed", "distance", "floor", "drift", "psi", "ks"]].round(2).rename_axis(None).to_string())

# %%
for name, mode in SKEWED.items():
    differs = table[f"{name}, {mode}"].to_numpy() > 0
    of = seen[name].per_feature[differs]
    print(f"{name}: of {len(of)} features that differ, {of['above_floor'].sum()} lie above the no-skew floor,")
    print(f"    {(of['psi'] >= monitor.PSI_ALARM).sum()} reach a PSI of {monitor.PSI_ALARM},", end=" ")
    print(f"{(of['distance'] < of['drift']).sum()} moved less than by the season alone")
show_picture(
    lambda path: monitor.draw({name: (seen[name], held[name, mode]) for name, mode in SKEWED.items()}, path), WIDTH
)

# %% [markdown]
# PREDICTIONS.md expected the distances to stay near the floor: hold that against the first count of each system. With many rows the floor
# is low, so lying above it is easy; but who sets an alarm there? Two things take the sight away. The first is the number of rows. The same
# questions on both sides, fewer of them.
#
# *Predict:* how many features are above the floor with 300 rows?

# %%
offline, served = vectors["split", "real_time"]
differs = list(beside.index)
print(f"of {len(differs)} features that differ:   rows   above the floor   PSI alarms")
for count in (300, 1_000, 10_000):
    some = offline.sample(count, random_state=0)
    both = some, served.merge(some[ON], on=ON)
    few = monitor.monitored(trained["split"], *both, differs)
    print(f"{count:>33,}{few.above_floor:>18}{few.psi_alarms:>13}")
print(f"{len(served):>33,}{beside['above_floor'].sum():>18}{(beside['psi'] >= monitor.PSI_ALARM).sum():>13}")

# %% [markdown]
# The second is the season. A shop has no offline table of October's questions to compare with; it has the training table. What
# would ring there, with the skew and without it? *Predict:* how many features ring although nothing is skewed?

# %%
for said, table_of in (("served, skewed", served), ("the same without skew", offline)):
    against = monitor.monitored(trained["split"], trained["split"], table_of, differs, draws=1).per_feature
    print(
        f"PSI alarms, training against {said}:\n   ",
        sorted(against.loc[against["psi"] >= monitor.PSI_ALARM, "feature"]),
    )

# %% [markdown]
# What rings in both lines rings because the year went on. Only a feature that rings in the first line alone tells of skew.
#
# ### What no monitor can see
#
# Give every row another row's value of one feature. Each value is still there, so every distribution is the same to the last
# digit. *Predict:* distance, PSI, row skew, and what happens to the log loss?

# %%
some = served.sample(20_000, random_state=0)
swapped = some.assign(origin_dep_delay_2h=some["origin_dep_delay_2h"].sample(frac=1, random_state=0).to_numpy())
found = skew.row_skew(some, swapped, ON, ["origin_dep_delay_2h"])
alarm = monitor.monitored(trained["split"], some, swapped, ["origin_dep_delay_2h"]).per_feature.iloc[0]
print(
    f"rows that differ {found.skewed_rows:.0%}; distance {alarm.distance:.3f}, PSI {alarm.psi:.3f}, KS {alarm.ks:.3f}"
)

# %%
late = load_facts().outcomes.set_index("flight_id")["late"].astype(bool)
model = System(study.steps / "train-split" / "home")
for said, vector in (("as served", some), ("with swapped values", swapped)):
    loss = log_losses(vector["flight_id"].map(late).to_numpy(), model.predict(vector)["prediction"].to_numpy())
    print(f"log loss {said:20}{loss.mean():.2f}")
print(describe_simple(study, "split", "real_time", some["flight_id"]))

# %% [markdown]
# A key mixed up in a cache, an off-by-one in a batch: real faults do this. (The increase of the loss is the permutation importance
# of the feature, Breiman 2001.) A monitor on distributions is worth having for what changes in the world; it is no test of skew.
#
# ## 4. Your own system
#
# You need two files: the vectors that your service logged when it answered, and what your training path makes of the same keys
# today. Here, two small ones with faults of the usual kind; put your own in their place.
#
# *Predict:* which features will the report name?

# %%
at = pd.Timestamp("2024-03-01 09:00", tz="UTC") + pd.to_timedelta(np.arange(8), unit="h")
logged = pd.DataFrame(
    {"customer": np.arange(8) % 4, "at": at, "orders_7d": [3.0, 1, 4, 1, 5, 9, 2, 6], "country": "DE"}
)
logged["basket"] = [20.0, 35, np.nan, 12, np.nan, 40, 18, 22]
trained_on = logged.sample(frac=1, random_state=7).assign(basket=lambda rows: rows["basket"].fillna(0.0))
trained_on.loc[[1, 5], "orders_7d"] += 1  # the window's last minute counts on one side only

folder = Path(tempfile.mkdtemp())
trained_on.to_parquet(folder / "offline.parquet", index=False)
logged.to_parquet(folder / "served.parquet", index=False)
command = [sys.executable, "-m", "measure.data.skew", "offline.parquet", "served.parquet", "--on", "customer,at"]
print(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)
show_picture(lambda path: shutil.move(folder / "row_skew.png", path), 520)

# %% [markdown]
# Parquet or CSV; a column that only one file has is named and left out, and `--common` leaves out questions that only one file has
# and says how many. The rulers of this lesson take plain tables: `measure.data.skew.row_skew`, `measure.data.monitor.monitored`.
#
# ## Where the anti-pattern wins
#
# - **It hides nothing from a ruler.** All that this lesson found was found from a log and the training path. A shop that logs what it
#   serves can do the same, whatever its shape.
# - **The shape does not force skew**: patches (lessons 2 and 3) remove it, and so does one function that both sides call on the same facts at
#   the same instant. The modular monolith is that, without any store, until its warehouse writes over the facts.
#
# What FTI has instead: equal vectors without anybody's vigilance, in real time too, as far as writes arrive in time and nobody fills the
# history again.
#
# ## To discuss
#
# 1. Which alarm would you set: on rows that differ, on a distance, on age? Which of them can you compute on the same day?
# 2. "Zero skew by construction" is no measurement. What would you measure in an FTI system of your own?
# 3. Where could two parts of your system call one function and still hand it other rows?
# 4. Which tables of your warehouse are corrected in place? Would you notice, and who could still say what stood there before?
#
# ## Threats to validity
#
# - **Construct.** A row differs if one feature of 21 does; by that measure nearly any skew is total. Read it by feature and by cell, too.
# - **Internal.** We chose the causes, and we wrote every system. Each is a line that a review may pass; together they are not a typical
#   system.
# - **FTI's zeros.** Real-time answers were replayed live on seven days; the others are read from the history, and tests hold both equal.
# - **The messy world.** We know of no published rates, so the troubles are assumptions, drawn flight by flight; in reality they come in heaps. One
#   day in three was replayed. Real-time answers of FTI are recalled from what was written, and some hours of them were really asked.
# - **External.** One city, one year; a clock that is simulated; outside the messy world, refreshes that take no time and no lost writes.
# - **Conclusion.** Equal vectors are not good vectors: what a comparison of both sides cannot see stands in lesson 5b.
