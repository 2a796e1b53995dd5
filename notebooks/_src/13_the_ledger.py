# %% [markdown]
# # 13. The ledger: six claims, for and against
#
# **A claim is worth what could have refuted it: read its tests before you read its verdict.**
#
# The article that introduced FTI, the study-session deck that this repository grew from, and what was written since make some forty
# claims. Each became a hypothesis: measures, and thresholds written into [claims.toml](../claims.toml), whose head says which of them came
# before their results and which after. The verdict is computed, and all verdicts stand in [docs/ledger.md](../docs/ledger.md), those against
# FTI first. A test that could not have come out otherwise is *by construction*: it is shown, and does not count. Here are the six claims that
# people argue about most.
#
# **Your bet.** Write a verdict beside each: does it hold here, does it not, or does it depend?
#
# 1. *One program keeps training and inference consistent.*
# 2. *A shared feature library, used on both sides, is remedy enough.*
# 3. *A store gives better predictions.*
# 4. *Without a store the next model costs as much as the first.*
# 5. *Three pipelines can be developed, tested and run apart.*
# 6. *FTI reduces glue code.*

# %%
import tomllib
import warnings

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

from lab.changes.change_records import read_recorded
from lab.changes.change_table import find_winners
from lab.study.claims import FILE, find_timed_claims, judge_claims
from lab.study.eight_questions import answer_questions
from lab.study.eight_table import describe, name_systems
from lab.study.results import read_study_results
from lab.study.rulers.skill import describe_simple
from lab.study.verdicts import read_predictions
from lab.systems import list_core
from publish.ledger import evidence

# %%
found = evidence()
judged = {claim.id: claim for claim in judge_claims(found)}
SOURCES = {"A": "the article", "S": "the study-session deck", "B": "its author, later", "N": "ourselves"}
SAYS = {True: "for it", None: "open", False: "against it", "shown": "not counted"}


def show(claim):
    sources = " and ".join(SOURCES[source] for source in claim.source.split(", "))
    print(f"{claim.id}, by {sources}, in favour of {claim.favours}: {claim.claim}\n    verdict: {claim.verdict}")
    for test in claim.tests:
        print(f"    {SAYS['shown' if test.by_construction else test.outcome]:12} {test}")


# %% [markdown]
# ## 1. One program keeps both sides consistent
#
# *For it*: training and the nightly run share every line of feature code. *Against it*: code is shared, the instant is not (lesson 2).

# %%
show(judged["H1"])

# %% [markdown]
# What would settle it: the first test can fail only if a cause stays hidden behind the cures; the second asks about all code at once, and its
# bracket is wide as a monolith is small. The modular monolith, without the flag, is the case to look at if you want to defend the claim.
#
# ## 2. A shared library is remedy enough
#
# *For it*: two definitions become one, and mutants of the library move both sides. *Against it*: a library is given rows, and each half still
# picks them.

# %%
show(judged["H8"])

# %% [markdown]
# The count of features (in the small world of the change requests; in the full year it is 12) is a harsh test, as one row is enough for a feature to differ. Look in [lesson 5a](05a_rows_and_monitors.ipynb) at how many
# *cells* the library made equal, and in [lesson 6](06_coupling.ipynb) at which lines still move one side only. Whoever defends the claim
# would let the library choose the rows as well: that is the modular monolith's module.
#
# ## 3. A store gives better predictions
#
# *For it*: history at low latency, for features that a request cannot bring. *Against it*: a service with its state in memory has that history
# too, and fresher. This claim rests on milliseconds, and the next one on CPU seconds, so both stand in one cell that is not compared: on your
# machine they may turn.
#
# ## 4. Without a store the next model costs as much as the first
#
# *For it*: a program that makes features anew for every model pays for them every time. *Against it*: how much that is depends on how it
# makes them; the fair rival is one that makes its table in a few passes.

# %% tags=["nbval-ignore-output"]
for name in ("H13", "H25"):
    show(judged[name])
    assert name in find_timed_claims()

# %% [markdown]
# On 3: a difference below the margin is none worth having, and a bracket across 0 cannot tell; hold both against the loss of a table of rates
# ([lesson 5b](05b_who_pays.ipynb)). On 4: [lesson 7](07_reuse.ipynb) shows how the answer moves with the rival, with what is counted, and with how much
# models share. The strongest argument for a store is in neither: one set of values for all models, and no second team to ask.
#
# ## 5. Three pipelines can be developed, tested and run apart
#
# *For it*: each runs by itself, and features may fail while serving goes on. *Against it*: what a stored feature is, is known to all three.

# %%
show(judged["H15"])

# %% [markdown]
# *Run* apart and *shipped* apart are two things: [lesson 10](10_who_survives.ipynb) has the first, [lesson 9](09_change_requests.ipynb) the second, by request. What
# most people mean, *teams* that need not ask each other, is tested by neither.
#
# ## 6. FTI reduces glue code
#
# *For it*: fewer hand-made files between the stages. *Against it*: each package that stores, serves or carries data is brought in by code.

# %%
show(judged["S1"])

# %% [markdown]
# Glue is told by a list of words, so the verdict is as good as the list: [lesson 11](11_technical_debt.ipynb) prints a function with its roles and invites
# you to find a list that turns the order. The words of the claim, *reduces*, ask for a before and an after; here are different systems.
#
# ## Our own bets
#
# [PREDICTIONS.md](../PREDICTIONS.md) was written before any result; a prototype on the same data preceded it. For each change request it names who
# was to change least.

# %%
expected, came = read_predictions(), find_winners(read_recorded())
hits = [name for name, least in came.items() if least == expected[name]]
print(f"{len(hits)} of {len(came)} came as expected:", ", ".join(hits) or "none")

# %% [markdown]
# ## The eight questions, for the whole
#
# What the terminal and README show: an answer of every system, and what it comes to.

# %%
names = name_systems(list_core())
for answer in answer_questions(found.rows, names):
    print(f"{describe(answer, names)}\n     {answer.says}")
print(describe_simple(read_study_results(), "fti", "batch"))

# %% [markdown]
# ## Turn a verdict yourself
#
# One claim, its tests, and the figures they compare:

# %%
claim = tomllib.loads(FILE.read_text())["H6"]
print(claim["claim"])
for test in claim["tests"]:
    nodes, median = (found.find(test[side]).value for side in ("left", "right"))
    print(f"  {test['left']['system']:17} {nodes:.0f} nodes, to be {test['is']} its median request's {median:.0f}")

# %% [markdown]
# Edit a threshold in `claims.toml`, or put a smaller patch beside ours ([lesson 9](09_change_requests.ipynb)), run
# `python -m publish.derived ledger`, and see which verdicts move. A claim of your own is a new table in that file: what is measured so far has
# a name in `scorecard.json`, in the replay or in the failure matrix.
#
# ## Where the anti-pattern wins
#
# Every claim in favour of FTI that has a test *against it* above, and [docs/ledger.md](../docs/ledger.md) from its first line on.
#
# ## To discuss
#
# 1. Which threshold would you have set otherwise, and does the verdict survive it?
# 2. For which of the six is the test too easy, or unfair? What would a fair one cost?
# 3. Which verdict surprised you? Find the cell or figure it rests on before you believe it.
#
# ## Threats to validity
#
# - **Construct.** A claim in prose is wider than any test of it. A verdict means: the tests we could think of came out that way.
# - **Internal.** One team chose measures and thresholds, and knew the first study's results for those of the older claims. We chose these six, too.
# - **External.** One problem, one year, one machine, small data, a simulated clock. Team and organisation, industry's main argument for
#   FTI, are not measured at all.
# - **Conclusion.** Six claims in depth are not a count of all; and a count of all would weigh none.
