# %% [markdown]
# # 13. The ledger: what is said, and what came out
#
# **The question.** The article that introduced FTI, the study-session deck that this repository grew from, and what was written since
# make some thirty claims; honesty needs a few more. Which of them does running code support?
#
# Each claim became a hypothesis: a measure, and a threshold written into [claims.toml](../claims.toml), whose head says which of them
# came before their results and which after. The verdict is computed: *supported* if every test of the claim holds over its whole
# interval, *not supported* if every test fails, *depends on* if they disagree or an interval holds the threshold, *untested here* with
# the reason. Change a number in a result, and the verdict turns; a test does just that.
#
# **Predict first.** Of the claims in favour of FTI: how many does this repository support, and how many not?

# %%
import tomllib
import warnings
from collections import Counter

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that nobody needs

from lab.changes.change_records import read_recorded
from lab.changes.change_table import find_winners
from lab.engine.workspace import results_folder
from lab.faults.fault_records import read_recorded as struck
from lab.study.bets import settle_bets
from lab.study.claims import FILE, UNTESTED, find_timed_claims, judge_claims
from lab.study.display_selection import OF_THE_MACHINE
from lab.study.eight_questions import answer_questions
from lab.study.eight_table import describe, name_systems
from lab.study.results import read_study_results
from lab.study.rulers.skill import describe_simple
from lab.study.scorecard import read_rows
from lab.study.scorecard_questions import QUESTIONS, VERDICTS
from lab.study.verdicts import is_hit, read_predictions
from lab.systems import list_core
from publish.ledger import AGAINST, evidence, order

# %% [markdown]
# ## Eight questions
#
# First the study in short: three primary outcomes (★), and five questions that describe. All five systems stand in one line, the controls too.
# A loss means something only beside what needs no system at all: a constant, and a table of rates by carrier, origin and hour.

# %%
names = name_systems(list_core())
for answer in answer_questions(read_rows(results_folder()), names):
    print(f"{describe(answer, names)}\n     {answer.says}")
print("log loss,", describe_simple(read_study_results(), "fti", "batch"))

# %% [markdown]
# ## The claims

# %%
found = evidence()
judged = order(judge_claims(found))
sure = [claim for claim in judged if claim.id not in find_timed_claims()]
print(len(judged), "claims,", len(judged) - len(sure), "of them rest on time, CPU or memory of this machine")

# %%
for favours in ("FTI", "rivals", "neither"):
    print(f"{favours:8}", dict(Counter(claim.verdict for claim in sure if claim.favours == favours)))

# %% [markdown]
# ## What speaks against FTI
#
# Claims made for FTI that did not come out, and claims of its rivals that did.

# %%
WORDS = {True: "yes", False: "no", None: "open"}


def show(claims):
    for claim in claims:
        print(f"{claim.id:4} {claim.verdict:14} {claim.claim}")
        for test in claim.tests:
            print(f"       {WORDS[test.outcome]:4} {test.name}")


show([claim for claim in sure if AGAINST.get(claim.favours) == claim.verdict])

# %% [markdown]
# ## All others that were tested

# %%
rest = [claim for claim in sure if claim.tests and AGAINST.get(claim.favours) != claim.verdict]
show(rest)

# %% [markdown]
# ## Verdicts of this machine
#
# On yours they may turn: that cell is not compared when the notebooks are tested.

# %% tags=["nbval-ignore-output"]
for claim in judged:
    if claim.id in find_timed_claims():
        print(f"{claim.id:4} {claim.verdict:14} {claim.claim}")
        for test in claim.tests:
            print(f"       {test}")

# %% [markdown]
# ## Untested here
#
# A claim that nobody here could test is not refuted by that.

# %%
for claim in judged:
    if claim.verdict == UNTESTED:
        print(f"{claim.id:4} {claim.claim}\n       {claim.untested}")

# %% [markdown]
# ## Our own bets
#
# [PREDICTIONS.md](../PREDICTIONS.md) was written before any result. Change requests first; then the measures that rest on them and on
# faults (6: median nodes over all requests, 10: over C4, C5 and C15, 9: answers that are right, or old and say so); then those of the
# scorecard that do not rest on time.

# %%
expected, came = read_predictions(), find_winners(read_recorded())
for name, winner in came.items():
    print(f"{name:4} expected {expected[name]:9} came {winner:9} {'hit' if winner == expected[name] else 'miss'}")
print("hits:", sum(winner == expected[name] for name, winner in came.items()), "of", len(came))

# %%
for name, winner in settle_bets(read_recorded(), struck()).items():
    print(f"{name:3} expected {expected[name]:9} came {winner:9} {'hit' if winner == expected[name] else 'miss'}")
rows = read_rows(results_folder())
for key, name in VERDICTS.items():
    if key not in OF_THE_MACHINE:
        came_true = {True: "hit", False: "miss", None: "no contest"}[is_hit(rows, key)]
        print(f"{name:3} {QUESTIONS[key].measure:26} expected {expected[name]:9} {came_true}")

# %% [markdown]
# ## Turn a verdict yourself
#
# One claim, one threshold, one figure:

# %%
claim = tomllib.loads(FILE.read_text())["H6"]
print(claim["claim"])
for test in claim["tests"]:
    low, _ = found.span(test["left"])
    print(f"  {test['left']['system']:17} {low:.0f} nodes, to be {test['is']} {test['right']}")

# %% [markdown]
# Edit a threshold in `claims.toml`, or put a smaller patch beside ours ([lesson 9](09_change_requests.ipynb)), run
# `python -m publish.derived ledger`, and see which verdicts move. A claim of your own is a new table in that file: what is measured so far has
# a name in `scorecard.json`, in the replay or in the failure matrix.
#
# ## Where the anti-pattern wins
#
# The list above *What speaks against FTI* is the answer; it stands first for that reason.
#
# ## To discuss
#
# 1. Which threshold would you have set otherwise, and does the verdict survive it?
# 2. Which untested claim matters most to you, and what would a fair test of it cost?
# 3. Which verdict surprised you? Find the cell or figure it rests on before you believe it.
#
# ## Threats to validity
#
# - **Construct.** A claim in prose is wider than any test of it. *Supported* means: the tests we could think of came out that way.
# - **Internal.** One team chose measures and thresholds, and knew the first study's results for those of the older claims.
# - **External.** One problem, one year, one machine, small data, a simulated clock. Team and organisation, industry's main argument for
#   FTI, are not measured at all.
# - **Conclusion.** Verdicts are counted, not weighed: one that matters may outweigh ten that do not.
