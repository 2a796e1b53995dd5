# %% [markdown]
# # 2. The monolith: one program and a flag
#
# **To share the code is not to share the features: the same lines, run at two instants, see two states of the world.**
#
# **Your bet.** Training and the nightly run share every line of the feature code. The program makes 21 features. For the same flights:
#
# 1. How many of the 21 differ between the training path and the nightly run in at least one row?
# 2. On which share of the *rows* does at least one feature differ?
# 3. Does that make the model's predictions worse than its offline evaluation promised? By much?

# %%
import inspect
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd

from antipatterns.systems.monolith import system as monolith
from lab.sandbox.patched_copy import list_cures, patched_copy
from measure.data import skew
from problem.contract import FEATURES, KEYS, TARGETS
from problem.facts import load_facts
from problem.questions import CUT_OFF, NEW_YORK, questions, scheduled_between
from problem.replay import replay
from publish.notebooks import notebook_picture

everything = load_facts()
recent = everything.flights["scheduled_at"] >= pd.Timestamp("2013-11-01", tz=NEW_YORK)
facts = everything.only(everything.flights.loc[recent, "flight_id"])
print(f"the slice for this lesson: {len(facts.flights):,} of {len(everything.flights):,} flights")

# %% [markdown]
# The data, the clock and the specification are those of lesson 1. A slice of two months is enough to run the program live.
#
# ## The flag
#
# This is the program. `is_training` is a flag argument: one function, two behaviours, the caller picks.

# %%
print(inspect.getsource(monolith.run))

# %% [markdown]
# And this is where the features begin. Read it as a reviewer: would you have passed it? Two lines are marked `# cause:`.

# %%
print(inspect.getsource(monolith.build_features))

# %% [markdown]
# Why the first: a warehouse that is partitioned by date ends with a midnight, and training reads whole dates. The nightly run
# starts at 22:00. Why the second: "the history before this date" is a filter on the *flight date*. Training runs months later,
# when the flights that were still in the air at midnight have landed; the nightly run cannot see them.
#
# ## One night, live
#
# Train on two weeks of the slice, then score the night before the worst day of the quarter. A toy run: its quality says nothing.
#
# *Try this:* change `DAY` to `"2013-12-04"`. Does the count of skewed features change? Does the ranking get better?

# %%
DAY = "2013-12-17"

night = pd.Timestamp(DAY, tz=NEW_YORK)
asked = questions(facts, "batch")
training = scheduled_between(asked, night - pd.DateOffset(days=15), night - pd.DateOffset(days=1))
tonight = scheduled_between(asked, night, night + pd.DateOffset(days=1))
folder = tempfile.TemporaryDirectory()  # gone when the notebook ends
program = monolith.System(Path(folder.name))
warehouse = facts.known_at(tonight["asked_at"].iloc[0])
tables = {target: program.train(warehouse, training, target) for target in TARGETS}
print({target: len(table) for target, table in tables.items()}, "rows to train on")

# %%
log = pd.concat(replay(program, facts, tonight))
late = facts.outcomes.set_index("flight_id")["late"]
ranked = log.assign(late=log["flight_id"].map(late)).sort_values("prediction", ascending=False)
tenth = len(ranked) // 10
print(f"{len(ranked)} flights scored at once; model {ranked['model_version'].iloc[0]}")
print(
    f"not on time: {ranked['late'].mean():.0%} of all, {ranked['late'].head(tenth).mean():.0%} of the tenth ranked worst"
)

# %% [markdown]
# ## Does the training path see the same?
#
# Some days later we ask the training path about the same flights, as the next training run will, and compare value by value.

# %%
later = facts.known_at(night + pd.DateOffset(days=7))
offline = program.training_features(later, tonight)
found = skew.row_skew(offline, log, list(KEYS), list(FEATURES))
differ = found.per_feature[found.per_feature["skewed"] > 0]
print(
    f"{found.skewed_features} of {len(FEATURES)} features differ somewhere; {found.skewed_rows:.0%} of the rows differ\n"
)
print(differ[["feature", "skewed", "null_only_offline", "null_only_served"]].round(3).to_string(index=False))

# %% [markdown]
# `minutes_to_departure` differs in every row, and by the same amount: the two hours from 22:00 to midnight. So the share of rows
# that differ is a harsh summary here. Read the table by feature, and ask what each difference is worth.

# %%
gap = (
    log.set_index("flight_id")[list(differ["feature"])] - offline.set_index("flight_id")[list(differ["feature"])]
).abs()
print("median and largest difference, in the feature's own unit\n")
print(gap.agg(["median", "max"]).T.round(2).to_string())

# %% [markdown]
# ## The cure
#
# Each marked cause has a patch that removes it. The patches are applied to a copy of the code, never to the exhibit.

# %%
for patch in list_cures("monolith"):
    print(f"=== {patch.stem}\n{patch.read_text()}")


# %%
def module_in(copy: Path) -> object:
    spec = spec_from_file_location("cured", copy / "antipatterns" / "systems" / "monolith" / "system.py")
    spec.loader.exec_module(module := module_from_spec(spec))
    return module


first, second = list_cures("monolith")
for patches in ([], [first], [second], [first, second]):
    with patched_copy(patches) as copy:
        build = module_in(copy).build_features
    there, here = (build(facts_seen, tonight, training) for facts_seen, training in ((later, True), (warehouse, False)))
    left = skew.row_skew(there, here, list(KEYS), list(FEATURES))
    names = " + ".join(patch.stem.split("-")[1] for patch in patches) or "none"
    print(f"cured: {names:30}{left.skewed_features:>3} features differ{left.skewed_rows:>7.1%} of rows")

# %% [markdown]
# Code that is shared by both modes does not prevent skew by itself: what differs is the instant at which each mode looks, and how much of the
# day the warehouse holds. The last line says what is left with both causes cured.
#
# ## Recorded results
#
# The study trained this program on January to September and asked it every night from October to December. Below, the log is
# what was recorded; the training path we run now, on all facts.

# %%
from lab.engine.workspace import results_folder
from lab.study.scorecard import read_rows

served = pd.read_parquet(results_folder() / "served" / "monolith.parquet")
asked = scheduled_between(questions(everything, "batch"), CUT_OFF, None)
offline = program.training_features(everything, asked)
recorded = skew.row_skew(offline, served, list(KEYS), list(FEATURES))
print(f"{recorded.rows:,} answers; {recorded.skewed_rows:.1%} of the rows differ, {recorded.skewed_features} features")
print(recorded.per_feature.query("skewed > 0")[["feature", "skewed"]].round(3).to_string(index=False))
notebook_picture.show_picture(lambda path: skew.draw({"monolith": recorded}, path))

# %% [markdown]
# And what did it cost in predictions? *Skew* is the share of rows as above, *cured* the same with both causes cured. *Believed* is what the
# offline evaluation promises for October to December, *served* what the same model delivered on what it really got. The gap is served minus
# believed log loss, believed and served themselves are AUC; *flips* is the share of decisions (late at 0.5) that differ between the two. Brackets
# are 95 % intervals, drawn by weeks.

# %%
rows = pd.DataFrame(read_rows(results_folder())).query("system == 'monolith'").set_index("key")
for key, digits in {"skew": 3, "cured": 3, "believed": 2, "served": 2, "gap": 3, "flips": 3}.items():
    value, low, high = rows.loc[key, ["value", "low", "high"]]
    print(f"{key:10}{value:>8.{digits}f}  [{low:.{digits}f}, {high:.{digits}f}]")

# %% [markdown]
# Hold that against the share of skewed rows above, and against your third prediction. Where the bracket of the gap holds 0, these months cannot
# tell whether serving is worse than promised, whatever differs and flips. (A gap surely below 0 would say that the served probabilities had
# the *smaller* loss.) A model can shrug off a constant shift in a feature it hardly uses. And both AUC values are what they are for a reason
# that has nothing to do with shape: the evening before, little is known.
#
# ## What the monolith does better than the others
#
# - It is the smallest (see the counts in lesson 1): you can read it in one sitting.
# - It keeps no state. Nothing runs between two nights, nothing can be stale, a failed night is simply started again.
# - A feature has one definition. Both its causes of skew are about *when* it looks, and each cure takes a line or two. The modular
#   monolith, a control in lesson 5a, has no flag and no store.
# - It loses nothing to a refresh schedule: at the instant it runs, its features are as fresh as the warehouse.
#
# What it cannot do: answer a question about one flight an hour before it leaves, or lend a feature to a second model without
# running all of them again.
#
# ## To discuss
#
# 1. Remove the flag and make two functions instead. Which of the two causes goes away?
# 2. `minutes_to_departure` differs in every row. Is it a bug, a nuisance, or nothing? What would you need to know to decide?
# 3. A nightly program with one model: at which point would you begin to pay for a feature store?
#
# ## Threats to validity
#
# - The same team wrote the monolith and its rival, and the rival with hindsight.
# - The live night is one night on a toy training set, chosen because it was extreme.
# - Row skew counts differences, not their size or their worth.
# - One year, one city: the interval is drawn over the weeks of one autumn and says nothing of other years.
# - Only one instant a day is asked here. Another schedule would move all of these figures.
