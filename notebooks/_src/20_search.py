# %% [markdown]
# # 20. Search: which settings, and how good are they really?
#
# **Tuning on the test rows spoils the report rather than the model: its settings do about as well as those of a clean search, but most of the gain on paper is gained by looking, and the fewer the test rows the more so.**
#
# **Your bet.** The nightly model has four settings with 120 combinations. They are tried by hand, in the order of a grid, at random, and by Optuna (TPE). What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. How many nats a flight does the best of all 120 gain over the settings that the study has had all along?
# 2. Work for 20 fits is paid for. By how much does TPE find better settings than drawing at random?
# 3. How many fits are enough, so that more of them bring nothing worth having?
# 4. Settings are tuned on a week of test flights until the number looks good, 120 looks. How much of the gain in the report is not there in fresh months?
# 5. And the settings that were found in this way: are they worse than those that a clean search finds?

# %%
import warnings

warnings.filterwarnings("ignore")  # what libraries warn one another of

import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.training.tuned_by_hand import searcher as tuned_by_hand
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.search_looks import TEST
from lab.patterns.search_table import Table
from lab.patterns.search_turns import MARGIN, find_enough
from lab.patterns.search_ways import HAND, PLACE, RANDOM, TPE, UP, WAYS
from measure.data.days import Estimate
from measure.figures import turn_chart
from problem.search import GRID, LIBRARY, SPACE, STUDY
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.training.parameter_search import searcher as parameter_search

# %%
result = record_of("search").value(RESULT)
table, compared = Table.from_json(result["table"]), pd.DataFrame(result["compared"])
reports, guides = pd.DataFrame(result["reports"]), pd.DataFrame(result["guides"])
print("recorded on", record_of("search").made(RESULT)["date"])

# %% [markdown]
# ## Two ways
#
# Both do one job behind one door ([`problem/search.py`](../problem/search.py)): rows to fit on, some earlier weeks, the test weeks; out come settings and the
# log loss that goes into the report. Learner, rows and the 120 settings are the same.

# %%
show_picture(lambda path: draw_sides("search", path), width=720)

# %% [markdown]
# What matters is which rows tell a searcher how good a try was:

# %%
for side in (tuned_by_hand, parameter_search):
    print(side.__name__.split(".")[-2])
    print(inspect.getsource(side.Searcher.run))
print(inspect.getsource(parameter_search.Searcher.search))

# %% [markdown]
# The hand is no fool: it begins at the library's defaults, moves one setting a step, keeps what helps, and runs the rest of the grid over the
# weekend. It has one set of rows, and looks at it all the time.
#
# ## What settings are worth
#
# All 120 were fitted once on January to June, one flight in fifteen, and judged by every day from July to December; *fresh* is October to December, which no search
# sees. The study's settings were chosen for fifteen times as many rows, so they are no mean rival here and no perfect one.

# %%
beside = result["beside"]
places = {"best": table.fresh.argmin(), "study": PLACE[STUDY], "library": PLACE[LIBRARY], "worst": table.fresh.argmax()}
for name, place in places.items():
    print(f"{name:8} {table.fresh[place]:.3f}  {tuple(GRID[place])}")
print(f"beside it: constant {beside['constant']:.3f}, table {beside['table']:.3f}")
near = int((table.fresh < table.fresh.min() + MARGIN).sum())
print(f"within the margin of the best: {near} of {len(GRID)}; in this order: {', '.join(SPACE)}")
print("best in hindsight, minus study:", Estimate(**result["hindsight"]))

# %% [markdown]
# ## Ways through them, by work
#
# Each way chooses by four weeks between July and September, at 20 places; *work* is counted in fits with the study's settings. The line at 0 is
# random; below it is better. Brackets are 95 % intervals over seeds and over weeks of the fresh months.

# %%
lines = {
    way: {
        row.budget: Estimate(row.value, row.low, row.high)
        for row in compared[compared["pair"] == f"{way} against {RANDOM}"].itertuples()
    }
    for way in (HAND, TPE, UP)
}
dial = turn_chart.Dial("work, in fits with the study's settings")
title, unit = "Against random search, in fresh months", "nats a flight (less is better)"
show_picture(lambda path: turn_chart.draw(lines, MARGIN, dial, path, title, unit))

# %%
found = pd.DataFrame(result["found"]).rename_axis("work")
print(found.round(3).T.to_string())
words = compared[compared["pair"].str.endswith(RANDOM)].pivot(index="pair", columns="budget", values="word")
short = {"no difference worth having": "none", "cannot tell": "?"}
print(words.replace(short).to_string())

# %% [markdown]
# The same grid is in the table twice: its loops begin with the smallest models, or with the largest. Which corner comes first is
# nothing that the person at the keyboard knows beforehand, and it decides everything until most of the grid is done; random has no corner. TPE's first ten tries are
# random by construction, so the two can only part after that.
#
# And from where on does more work bring nothing worth having, for each way?

# %%
for way in WAYS:
    enough = find_enough(result["compared"], way)
    print(f"{way:26} {f'{enough} fits are enough' if enough else 'cannot tell before the end'}")
share = max(result["thinking"]["share"].values())
print("CPU of proposing, as a share of all fits:", "below 0.1 for all" if share < 0.1 else "above 0.1")

# %% [markdown]
# ## What a look at the test rows costs
#
# Now the report. *Optimism* is the gain over the study's settings that the report says, minus the gain that fresh months bring. The same hand tries the
# same steps; what differs is which rows guide it, the test rows themselves or as many earlier ones. Three sizes of test rows, at 100 places.

# %%
lines = {
    f"{days} test {'day' if days == 1 else 'days'}": {
        row.tries: Estimate(row.value, row.low, row.high)
        for row in reports[(reports["guide"] == TEST) & (reports["days"] == days)].itertuples()
    }
    for days in (1, 7, 28)
}
clean = reports[(reports["guide"] != TEST) & (reports["days"] == 28)]
lines["28 earlier days"] = {r.tries: Estimate(r.value, r.low, r.high) for r in clean.itertuples()}
dial, title = turn_chart.Dial("tries"), "Gain in the report minus gain in fresh months"
show_picture(lambda path: turn_chart.draw(lines, MARGIN, dial, path, title, "nats a flight"))

# %%
last = reports[reports["tries"] == len(GRID)]
print(last[["guide", "days", "promised", "kept", "value", "low", "high"]].round(3).to_string(index=False))

# %% [markdown]
# At a single try all lines lie below 0: summer weeks are not autumn weeks, and a report from one says little of the other even if nobody tunes. So take that
# away: the same placements, paired, optimism of the test rows as guides minus that of earlier rows; and what the settings chosen lose in fresh months by it (*choice*).

# %%
for row in guides[guides["tries"].isin([3, 10, len(GRID)])].itertuples():
    print(
        f"{row.what:9} {row.days:3} days {row.tries:4} tries  {Estimate(row.value, row.low, row.high)!s:24} {row.word}"
    )
for days in sorted(guides["days"].unique()):
    rows = guides[(guides["what"] == "optimism") & (guides["days"] == days) & (guides["word"] == "worse")]
    print(f"{days:3} days of test rows: the report is off by more than the margin from {rows['tries'].min()} looks on")

# %% [markdown]
# ## Live: one week of test flights
#
# One hand, one week of September, step by step: the best number so far in the sheet, and what the same settings do in fresh months. The numbers
# are looked up in the recorded table, the searcher is the real one.

# %%
week = table.mean(7 * 10, 7)
tried = []
tuned_by_hand.Searcher(seed=1).search(lambda settings: tried.append(settings) or week[PLACE[settings]], 120)
base = PLACE[STUDY]
for looks in (1, 3, 10, 30, 120):
    best = min((PLACE[settings] for settings in tried[:looks]), key=lambda place: week[place])
    promised, kept = week[base] - week[best], table.fresh[base] - table.fresh[best]
    print(f"{looks:4} looks: gain in the report {promised:+.4f}, in fresh months {kept:+.4f}  {tuple(GRID[best])}")

# %% [markdown]
# ## A search that dies
#
# A search runs for hours, so it dies now and then. Killed at its sixth try, with half a line left at the end of its journal, Optuna's goes on:

# %%
home, tried = Path(tempfile.mkdtemp()), []


def score(settings):
    if len(tried) == 5:
        raise KeyboardInterrupt
    return tried.append(settings) or float(week[PLACE[settings]])


try:
    parameter_search.Searcher(home).search(score, 12)
except KeyboardInterrupt:
    journal = home / parameter_search.JOURNAL
    journal.write_bytes(journal.read_bytes()[:-7])

# %%
before = tried.copy()
tried.append(None)  # the killed one
parameter_search.Searcher(home).search(score, 12)
print(
    f"{len(before)} tries before, {len(tried) - len(before) - 1} after, tried twice: {len(set(before) & set(tried[6:]))}"
)

# %%
for side, file in ((parameter_search, parameter_search.JOURNAL), (tuned_by_hand, tuned_by_hand.SHEET)):
    (home / file).write_text("a line of something else\n{}\n")
    try:
        side.Searcher(home).search(score, 12)
    except ValueError as refused:
        print(str(refused).replace(str(home), "HOME"))

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | tuned by hand on the test month | begins at settings that somebody thought about; no library; every step is understood | nothing is left to report from; depends on who did it |
# | grid in order | simple; all of it, if there is time for all of it | stopped early, it has seen one corner, the best or the worst |
# | random | no order to get wrong; stops anywhere | learns nothing from what it saw |
# | TPE (Optuna) | learns; a journal; goes on after a kill | ten tries are random before it learns; one library more |
#
# **When to use which.** Look first what settings are worth, on a table as above or on ten random tries: if most lie within your margin, stop there. If the work is dear, let
# TPE spend it. Whatever you do, report from rows that chose nothing; the fewer test rows, the more so.
#
# ## To discuss
#
# 1. How many times has your test set been looked at since it was made, and by how many people?
# 2. Which of your settings would you still tune if a look cost a day?
#
# ## Threats to validity
#
# - **Construct.** A person is a rule here: one setting at a time, then the grid. Work is counted in nodes of trees, which goes with CPU seconds, not in seconds.
# - **Internal.** 120 settings on a grid: TPE is made for wide spaces of numbers between them. The learner saw one flight in fifteen.
# - **External.** Boosted trees forgive their settings more than neural networks do; where a setting can ruin a model, search is worth more.
# - **Conclusion.** Fresh months are one quarter, and windows of 28 days in a quarter overlap: they are no hundred different months.
