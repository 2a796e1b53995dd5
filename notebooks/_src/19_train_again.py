# %% [markdown]
# # 19. Train again: when, and who lets it out?
#
# **A model's season tells more than its age, a gate that reads the same broken extract sees nothing, and a person's patience pays where one extract in five is broken.**
#
# **Your bet.** A nightly model, fitted on seven weeks, lives from March to December. Now and then a Monday's extract is broken.
#
# 1. The model is trained once, for the launch, and never again. How many nats a flight does that cost against training every Monday?
# 2. It is trained only when the operations desk complains. How much of that is saved?
# 3. A gate lets a new model out only if it does no worse on last week's rows. From which share of broken extracts on does it pay?
# 4. A person looks three days later, when all outcomes are in. From which share on does that pay?
# 5. At which share of broken extracts would it have been better never to train again?

# %%
import inspect
import shutil
import tempfile
from pathlib import Path

import pandas as pd
from sklearn.metrics import log_loss

from antipatterns.training.retrained_on_complaint import trainer as retrained_on_complaint
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.weekly_models import BROKEN, make_week, make_year
from lab.patterns.weekly_turns import MARGIN
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.model_folder.model_folder import NoModel
from problem.contract import FEATURES
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.training.batch_training import trainer as batch_training
from reference.training.train_then_serve import trainer as train_then_serve
from reference.training.training_to_serving import trainer as training_to_serving

# %%
result = record_of("train_again").value(RESULT)
policies = pd.DataFrame(result["policies"])
compared = pd.DataFrame(result["compared"])
print("recorded on", record_of("train_again").made(RESULT)["date"])

# %% [markdown]
# ## Four ways
#
# All four do one job behind one door ([`problem/weekly.py`](../problem/weekly.py)): on a Monday morning each is handed the rows that the warehouse has,
# and may train and release. Learner, features and folder of models are the same.

# %%
show_picture(lambda path: draw_sides("train_again", path))

# %% [markdown]
# What they differ in is two methods: is it time, and may it answer?

# %%
for side in (retrained_on_complaint, batch_training, train_then_serve, training_to_serving):
    print(side.__name__.split(".")[-2])
    for method in (side.Trainer.is_due, side.Trainer.lets_out):
        print(inspect.getsource(method))

# %% [markdown]
# The book knows *train-then-serve* (somebody between training and release) and *training-to-serving* (nobody) as two patterns, each with its
# price. The anti-pattern is the first: not that it trains seldom, but that nobody has decided when.
#
# ## How fast does a model age?
#
# Every model that a year could make was fitted, and asked about every later week. So many weeks after its own Monday a model loses so much more than one
# that is new that week, in nats a flight:

# %%
beside = result["beside"]
print(f"log loss of a model that is new every week {beside['fresh']:.3f}")
print(f"beside it: constant {beside['constant']:.3f}, table {beside['table']:.3f}")
print("weeks old, and nats more than a fresh one:")
print({age: round(result["ages"][age], 3) for age in (1, 2, 4, 8, 13, 26, 39)})

# %% [markdown]
# It climbs for two months, and falls after that. The oldest models were fitted in March and asked in December: they have seen winter, and a
# model of seven mild weeks has not. Older is not worse; *another season* is. (What lies past half a year rests on few weeks.)
#
# ## A year without a broken extract
#
# *Regret* is the log loss of what answered, minus that of a sound model that is new every week. Three schedules and the complaint, each with three ways out:

# %%
sound = policies[policies["rate"] == 0].pivot(index="schedule", columns="out", values=["regret", "fits"])
print(sound.round(4).to_string())

# %% [markdown]
# ## Where it turns
#
# Now the dial: a share of the Mondays on which the extract is broken, in one of three ways, drawn two hundred times for each share. Outcomes not
# loaded yet (the last weeks read as *nobody was late*), outcomes joined to the wrong flights, or one airport only. The line at 0 is
# training every Monday and releasing straight away; below it is better. Brackets are 95 % intervals over placements and over weeks of the
# year, in blocks of four. From 1 to 5 % is what we would call normal, for want of a published number.

# %%
lines = {
    "never": "never against weekly",
    "on complaint": "on complaint against weekly",
    "gate": "gate against straight out",
    "person": "person against straight out",
}
points = {
    label: {row.rate: Estimate(row.value, row.low, row.high) for row in compared[compared["pair"] == pair].itertuples()}
    for label, pair in lines.items()
}
dial = turn_chart.Dial("share of Mondays with a broken extract", "{:.0%}")
title, unit = "Against weekly, straight into service", "nats a flight (less is better)"
show_picture(lambda path: turn_chart.draw(points, MARGIN, dial, path, title, unit))

# %%
for pair, turn in result["turns"].items():
    rows = compared[compared["pair"] == pair].set_index("rate")
    first = Estimate(*rows.loc[0.0, ["value", "low", "high"]])
    print(f"{pair:36} {first!s:24} {turn['first']}")
    if turn["at"]:
        print(f"{'':36} from {turn['at']:.0%} on: {turn['last']}")

# %% [markdown]
# - **Weekly against never: one year cannot tell**, though the mean looks large: a few weeks of one winter carry it. Monthly is *worse* than weekly.
# - **The gate never pays**, and costs next to nothing. PREDICTIONS.md expected it to pay from one broken extract in fifty on.
# - **The person pays from one in five on**; expected was one in twenty. Below that her three days cost about what she saves.
# - **On complaint** is trained four times and saves little of what never training costs: the desk feels the season, not the model.
#
# ## Why the gate sees so little
#
# Both hold the new model against the old one, the gate on last week's rows as this extract has them, the person on complete ones. On which share of
# the year's Mondays would each let a new model out, after a sound one of the week before?

# %%
released = pd.DataFrame(result["released"]).pivot(index="extract", columns="who", values="released")
print(released.map("{:.0%}".format).rename_axis(index=None, columns=None).to_string())

# %% [markdown]
# The gate lets out what is broken and holds up one sound model in four: whoever has learned *nobody is late* looks splendid on rows that say so, and one
# week is too few to tell two good models apart. Three days of patience, not a better threshold, is what the person has over it; and the person, too,
# is now and then deceived by a lucky week. One Monday, live:

# %%
MONDAY = 20
year, homes = make_year(MONDAY - 8, MONDAY), Path(tempfile.mkdtemp())
batch_training.Trainer(homes / "first").run(make_week(year, MONDAY - 1))
found = []
for kind in BROKEN:
    for side in (batch_training, train_then_serve):
        trainer = side.Trainer(shutil.copytree(homes / "first", homes / f"{kind} {side.__name__}"))
        week = make_week(year, MONDAY, kind)._replace(losses=[0.4] * 4)
        rows = week.complete if trainer.waits_for_outcomes else week.last
        before, released = trainer.models.load(), trainer.run(week).released
        risks = [m.predict_proba(rows[list(FEATURES)])[:, 1] for m in (before, trainer.models.load(f"week_{MONDAY}"))]
        old, new = (log_loss(rows["late"], risk, labels=[0, 1]) for risk in risks)
        found.append((kind, side.__name__.split(".")[-2], f"{new - old:+.3f}", "released" if released else "stopped"))
print(pd.DataFrame(found, columns=["extract", "who looks", "new minus old", "so it is"]).to_string(index=False))

# %% [markdown]
# ## A file that broke on its way
#
# Whoever releases, a model that cannot be read must not get into service, and the old one has to go on:

# %%
models = trainer.models
file = models.home / f"week_{MONDAY}.joblib"
file.write_bytes(file.read_bytes()[:1000])
before = models.find_in_force()
try:
    models.release(f"week_{MONDAY}")
except NoModel as refused:
    print("refused:", str(refused).replace(str(models.home), "MODELS"))
print(
    "still in force:", before == models.find_in_force(), "· answers:", len(models.load().predict(rows[list(FEATURES)]))
)

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | retrained on complaint | no machinery; nothing is trained that nobody asked for | age without a limit; in a hurry nobody looks |
# | batch training, gate | nobody has to be there; stops what is bad on sound rows | blind where its own rows are broken |
# | train-then-serve | sees what takes days to show | somebody has to look, every time; older by those days |
# | training-to-serving | the freshest model, the least code | each broken extract is a week of wrong answers |
#
# **When to use which.** Draw the ages first. If the line climbs, train as often as it climbs; if it turns with the season, train on a year and not on
# seven weeks. Then count how many of your last hundred extracts were broken. If it is one or two, release straight away and keep the
# last model at hand. If it is one in five, repair the extract; until then let somebody look.
#
# ## To discuss
#
# 1. How many of your extracts were broken last year, and who would know?
# 2. What would your gate look at, so that a broken extract cannot fool it?
#
# ## Threats to validity
#
# - **Construct.** A person is a rule here: the same comparison on complete rows. A real one also sees what no number says, and overlooks what a rule does not.
# - **Internal.** Models are fitted on one flight in three. The desk complains at 0.05 nats over the first weeks: our guess.
# - **External.** One year of flights. Where behaviour changes within days, lines rise faster and weekly is slow.
# - **Conclusion.** One year has one winter: brackets are wide, and blocks of four weeks know nothing of other years.
