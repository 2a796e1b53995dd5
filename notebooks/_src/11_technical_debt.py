# %% [markdown]
# # 11. Technical debt: what is owed after a year of wishes
#
# **Debt can be counted, and three pipelines do not have less of it on most counts, so say which debt you mean before you say who has less.**
#
# "Hidden technical debt in machine learning systems" (Sculley et al., NeurIPS 2015) gave names to what hurts later: *glue code*, *pipeline
# jungles*, *dead experimental code paths*, *undeclared consumers*. Feature/training/inference pipelines are said to reduce all of them.
#
# **Your bet**, for monolith, split and FTI (the last one for split and FTI alone: it asks real-time questions):
#
# 1. In which is the largest share of the code glue: code that computes nothing, and gets data into and out of packages?
# 2. In which do most functions read raw tables? Through how many functions does a feature pass on its way to a model?
# 3. In which do most lines never run, once an experiment is over?
# 4. In which are most readers of stored data declared nowhere?
# 5. Of the code that a request touches, which share moves both training and serving?
#
# All of it is measured on five systems, before any request and after each one that a system could meet (lesson 9; each is applied by itself).
# `python -m lab.changes --evolution` measures it in a few minutes; this page reads what it recorded.

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.systems.monolith import system as monolith
from lab.changes.debt import EXPERIMENTS, OWN_WORDS
from lab.changes.debt_records import read_recorded
from lab.changes.evolution import list_with_service
from lab.changes.patched_system import BEFORE
from lab.systems import find_system, list_core
from measure.code import roles as glue
from measure.code.cochange import co_change
from measure.code.effect import VERDICTS
from measure.code.roles import ROLES, roles
from measure.code.tagging import read_vocabulary
from publish.notebooks import notebook_picture

debt = read_recorded()
before = {system: debt.state(BEFORE, system) for system in list_core()}

# %% [markdown]
# ## Glue
#
# The rule is mechanical. Every node of the syntax tree has the role of the nearest word around it that decides one, and
# [measure/code/roles.toml](../measure/code/roles.toml) says which words decide what. Arithmetic, windows, joins and aggregates *compute*. Names of
# packages that store, serve or carry data are *glue*, as are renames, conversions, paths, and every class that derives from a package's
# class. What nothing decides *passes on*: calls of one's own functions, look-ups, returns. Imports, annotations and docstrings count nowhere.
#
# Here is one function with its roles, so that you can disagree.

# %%
lines = roles(find_system("monolith").code, read_vocabulary().knowing(**OWN_WORDS)).lines
text, start = inspect.getsourcelines(monolith.run)
for (_, line), of in lines[lines["line"].between(start, start + len(text))].groupby(["line", "text"]):
    print(f"{line[:80]:82}", ", ".join(f"{n} {role}" for role, n in zip(of["role"], of["nodes"], strict=True)))

# %% [markdown]
# *Predict:* who has the largest share of glue, and who of what only passes on?

# %%
shares = {
    system: {role: nodes / sum(state.roles.values()) for role, nodes in state.roles.items()}
    for system, state in before.items()
}
table = pd.DataFrame(shares).T[list(ROLES)].map("{:.1%}".format)
table["nodes"] = [sum(state.roles.values()) for state in before.values()]
print(table.to_string())

# %%
notebook_picture.show_picture(lambda path: glue.draw(shares, path), 720)

# %% [markdown]
# There are two readings: the narrow one (glue alone) and the wide one (glue and what passes on). Does the order depend on which you take? What
# talks to Feast and to MLflow is glue wherever it stands; those packages do what the other systems leave to a file, or do not do at all.
# Whether that is worth its glue is another question; that it *is* glue is this one.
#
# *Try this:* move words of [measure/code/roles.toml](../measure/code/roles.toml) to another role, or take `concat` and `rename` out, and run the
# cells again. Can you find a table that turns the order?
#
# ## Pipeline jungles
#
# A jungle grows when every wish brings another read of the raw data and another intermediate file. Watched while each system makes its
# first vectors and fits its models: which functions read a raw table or a field of a raw event; what an installation keeps; and through
# how many functions a stored feature passes, for the median feature. *At least*: functions that hold it by name, or work for one
# that first does. *At most*: those too that leave their work in an object, where no name tells whose it is. *At worst*: the same after the
# request that adds most.
#
# *Predict:* the columns, before any request.

# %%
worst = {
    system: [max(getattr(s, number) for s in debt.states if s.system == system) for number in ("raw_sites", "passed")]
    for system in list_core()
}
columns = ["raw-read sites", "at worst", "kept artefacts", "passes, at least", "at worst", "at most"]
jungle = {
    system: [of.raw_sites, worst[system][0], of.stored, of.passed, worst[system][1], of.passed_at_most]
    for system, of in before.items()
}
print(pd.DataFrame(jungle, index=columns).T.to_string(float_format="{:g}".format))

# %% [markdown]
# The two halves of a jungle need not point in one direction. Compare each rival with its control, too: a library tells what a feature is,
# not where its rows come from, and one feature pipeline reads raw data in one place *whatever it is called*.
#
# ## Dead experimental paths
#
# An experiment leaves code behind: a flag, a branch, a second model's way. Lines are counted after the requests that bring a model (C4, C5),
# a learner (C6), an engine (C12) or a challenger beside the champion (C13). Then each system lives through the small world with all its
# jobs and its HTTP service, in its everyday state: no challenger is fitted, no engine chosen. What never runs is *dead*. (Lesson 6 ran other jobs,
# and no service, so it counts others.)
#
# *Predict:* which system is left with most dead lines?

# %%
dead = pd.DataFrame(
    {"request": state.request, "system": state.system, "dead": f"{len(state.dead)} of {state.lines}"}
    for state in debt.states
    if state.request in (BEFORE, *EXPERIMENTS)
)
wide = dead.pivot(index="request", columns="system", values="dead").reindex([BEFORE, *EXPERIMENTS])[list_core()]
print(wide.drop_duplicates().rename_axis(index=None, columns=None).fillna("cannot").to_string())

# %% [markdown]
# The first line is what was dead before any experiment: branches that an interface asks for and nobody here uses, error paths. Written in
# advance, they are dead code as well. What an experiment *adds* is in the differences of each column.
#
# ## Undeclared consumers
#
# Who breaks when a stored table changes? Observed: each artefact of an installation is deleted in turn, and every job is started on what is
# left; a job that fails, or gives something else, reads it. Declared: a catalogue says who reads. Feast's feature service names the columns
# that the flight models read; a model registry names models, not who loads them; a path names nothing.
#
# *Predict:* in which system are most readers undeclared?

# %%
for system, found in debt.readers.items():
    print(
        f"{system:17} {len(found.observed):2} observed, {len(found.undeclared):2} undeclared, {len(found.unread)} declared in vain"
    )

# %% [markdown]
# Read it twice, by share and by number: who keeps most has most readers. None of these consumers is a stranger: one team wrote both ends. With
# more teams the number grows, and the declaration is what helps.
#
# ## What a request touches
#
# The mutants of lesson 6, on the code that the request touched, and on no other: the functions that its patch changed or added are mutated, and
# real-time questions asked. A ratio of 1: both sides follow every change of that code. At most ten mutants a request and system.
#
# *Predict:* does the split's touched code move both sides? And the shared split's?

# %%
touched = {system: co_change(debt.mutants[debt.mutants["system"] == system]) for system in list_with_service()}
counts = pd.DataFrame({system: found.counts for system, found in touched.items()}).T[list(VERDICTS)]
print(counts.to_string())
for system, found in touched.items():
    print(f"{system:13} both of all that move: {found.by_mutant}, on {found.lines} lines")

# %% [markdown]
# Hold each ratio against that of all of the system's code (lesson 6). Where the two differ, the one to use depends on what you change: requests
# change features, and hardly ever the store. A remedy that lifts the ratio and does not bring it to 1 is real and partial.
#
# ## Where the anti-patterns win
#
# Less is better in every line. Controls stand beside and do not compete.

# %%
lines = {"glue": "glue", "glue and passing on": "carrying", "raw-read sites": "raw_sites", "artefacts kept": "stored"}
lines |= {"functions passed, at least": "passed", "flags that branch": "branching", "dead lines": "dead_share"}
owed = pd.DataFrame(
    {words: {name: getattr(state, number) for name, state in before.items()} for words, number in lines.items()}
).T
owed.loc["undeclared readers"] = {name: len(found.undeclared) for name, found in debt.readers.items()}
compete = owed[["monolith", "split", "fti"]]
owed["least"] = [" = ".join(row.index[row == row.min()]) for _, row in compete.iterrows()]
print(owed.to_string(float_format="{:.3g}".format))

# %% [markdown]
# ## Your own code
#
# The rulers know no system. Roles take files and folders, and words of your own (`read_vocabulary().knowing(fetch="glue")`); `Passages` watches any
# call, `Sites` any class whose attributes are raw data; who reads an artefact you find as we did, by deleting it in a copy.

# %%
with tempfile.TemporaryDirectory() as folder:
    mine = Path(folder) / "shop.py"
    mine.write_text("import joblib\n\n\ndef total(prices, home):\n    joblib.dump(sum(prices) * 1.2, home)\n")
    print(roles([mine]).lines[["line", "role", "nodes", "text"]].to_string(index=False))

# %% [markdown]
# ## Threats to validity
#
# - **Construct.** Glue by words is a convention: the table decides, so it lies open. Work that a library does costs nothing here, which favours
#   whoever leaves more to one. A node is not an effort, and glue that works is no harm by itself. *Functions passed* misses what has no name
#   (hence two bounds). A dead line is one that
#   our small world does not reach: error paths count, and so does what a package's interface asks for.
# - **Internal.** One team wrote all systems, all patches and the table of words. Each request is applied by itself: no system carries the
#   debt of fifteen requests at once, which is how jungles grow.
# - **External.** Undeclared consumers become a debt where teams are many; here one person knows them all.
# - **Conclusion.** Mutants of touched code are few, at most ten a request and system, some of them in code that was there before. The
#   interval is by line, over all requests together; a single request's ratio is an anecdote.
