# %% [markdown]
# # 11. Technical debt: what is owed after a year of wishes
#
# **The question.** "Hidden technical debt in machine learning systems" (Sculley et al., NeurIPS 2015) gave names to what hurts later:
# *glue code*, *pipeline jungles*, *dead experimental code paths*, *undeclared consumers*. Feature/training/inference pipelines are said to
# reduce all of them. Do they? And what is left of one definition after a request has been met: does skew grow with every change?
#
# Four debts and one evolution, on five systems, before any request and after each one that a system could meet (lesson 9 has the
# requests; each is applied by itself). `python -m lab.changes --evolution` measures all of it in a few minutes; this page reads what it recorded.
#
# **Predict first**, for monolith, split and FTI:
#
# 1. In which is the largest share of the code glue: code that computes nothing, and gets data into and out of packages?
# 2. In which do most functions read raw tables? Through how many functions does a feature pass on its way to a model?
# 3. In which do most lines never run, once an experiment is over?
# 4. In which are most readers of stored data declared nowhere?
# 5. Of the code that a request touches, which share moves both training and serving?

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.systems.monolith import system as monolith
from lab.changes.change_records import read_recorded as cells
from lab.changes.change_requests import REQUESTS
from lab.changes.debt import EXPERIMENTS, OWN_WORDS
from lab.changes.debt_records import read_recorded
from lab.changes.evolution import list_with_service
from lab.changes.patched_system import BEFORE
from lab.engine.workspace import REPOSITORY
from lab.systems import find_system, list_core
from measure.code import roles as glue
from measure.code.cochange import co_change
from measure.code.effect import VERDICTS
from measure.code.roles import ROLES, roles
from measure.code.tagging import read_vocabulary
from measure.data import over_requests
from publish.notebooks import notebook_picture

# %%
debt = read_recorded()
IDS = [BEFORE, *(request.id for request in REQUESTS)]
before = {system: debt.state(BEFORE, system) for system in list_core()}


def by_request(number):
    of = pd.Series({(s.request, s.system): getattr(s, number) for s in debt.states}).unstack()
    return of.reindex(index=IDS, columns=list_core())


def shown(table, form="{:g}", none="cannot"):
    print(table.map(form.format, na_action="ignore").fillna(none).rename_axis(index=None, columns=None).to_string())


def over(table):
    return {system: column.dropna().to_dict() for system, column in table.items()}


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
# FTI has the largest share of glue by either reading: the narrow one (glue alone) and the wide one (glue and what passes on). In nodes the
# distance is larger still, as it has several times the code. S1 of the ledger, "FTI reduces glue code", is not what happens here. Which
# files is it?

# %%
lines = roles(find_system("fti").code, read_vocabulary().knowing(**OWN_WORDS)).lines
lines["file"] = [str(Path(file).relative_to(REPOSITORY / find_system("fti").folder)) for file in lines["file"]]
by_file = lines.pivot_table(index="file", columns="role", values="nodes", aggfunc="sum", fill_value=0)
by_file = by_file.assign(nodes=by_file.sum(axis=1))[["glue", "passing on", "computing", "nodes"]]
print(by_file.sort_values("glue", ascending=False).rename_axis(index=None, columns=None).to_string())
plug_in = by_file.index.str.startswith("asof_")
rest = by_file[~plug_in].sum()
print(f"without asof_*: glue {rest['glue'] / rest['nodes']:.1%}, with passing on", end=" ")
print(f"{(rest['glue'] + rest['passing on']) / rest['nodes']:.1%}")

# %% [markdown]
# Not the plug-in alone: what talks to Feast and to MLflow is glue wherever it stands. Those packages do what the other systems do not do at
# all, or leave to a file. Whether that is worth its glue is another question; that it *is* glue is this one.
#
# *Try this:* move words of [measure/code/roles.toml](../measure/code/roles.toml) to another role, or take `concat` and `rename` out, and run the
# cells again. Can you find a table that turns the order?

# %% [markdown]
# ## Pipeline jungles
#
# A jungle grows when every wish brings another read of the raw data and another intermediate file. Watched while each system makes its
# first vectors and fits its models: which functions read a raw table or a field of a raw event; what an installation keeps; and through
# how many functions a stored feature passes, for the median feature. *At least*: functions that hold it by name, or work for one
# that first does. *At most*: those too that leave their work in an object, where no name tells whose it is.
#
# *Predict:* all four columns, before any request.

# %%
print(
    pd.DataFrame(
        {
            system: {
                "raw-read sites": state.raw_sites,
                "kept artefacts": state.stored,
                "passes, at least": state.passed,
                "at most": state.passed_at_most,
            }
            for system, state in before.items()
        }
    ).T.to_string(float_format="{:.1f}".format)
)

# %%
for system in ("monolith", "split", "fti"):
    print(f"\n{system}")
    for (file, function), of in pd.DataFrame(before[system].raw).groupby([0, 1])[2]:
        print(f"    {file}:{function} reads {', '.join(of)}")

# %% [markdown]
# *Predict:* which requests add a place that reads raw data, and to whom? Which lengthen the way of a feature?

# %%
for words, number in {"raw-read sites": "raw_sites", "functions passed, at least": "passed"}.items():
    print(words)
    shown(by_request(number))

# %%
panels = {
    "places that\nread raw data": over(by_request("raw_sites")),
    "functions passed\n(median feature)": over(by_request("passed")),
}
notebook_picture.show_picture(lambda path: over_requests.draw(panels, path, "Does a jungle grow?"), 860)

# %% [markdown]
# The two halves of a jungle point in different directions. Raw tables are read in the fewest places where there is one feature pipeline,
# *whatever it is called*: the modular monolith and the monolith have as few as FTI. The split has twice as many, and its remedy, a shared
# library, does not touch that: a library tells what a feature is, not where its rows come from. The way of a feature is longest in FTI:
# what is stored is handed on more often, and kept in more places. No single request makes a jungle of any system.
#
# ## Dead experimental paths
#
# An experiment leaves code behind: a flag, a branch, a second model's way. Lines are counted after the requests that bring a model (C4, C5),
# a learner (C6), an engine (C12) or a challenger beside the champion (C13). Then each system lives through the small world with all its
# jobs and its HTTP service, in its everyday state: no challenger is fitted, no engine chosen. What never runs is *dead*.
#
# *Predict:* which system is left with most dead lines?

# %%
dead = pd.DataFrame(
    {
        "request": state.request,
        "system": state.system,
        "dead": f"{len(state.dead)} of {state.lines}",
        "flags": f"{state.flags}, {state.branching} branch",
    }
    for state in debt.states
    if state.request in EXPERIMENTS
)
for what in ("dead", "flags"):
    print(what)
    wide = dead.pivot(index="request", columns="system", values=what).reindex(EXPERIMENTS)[list_core()]
    print(wide.rename_axis(index=None, columns=None).fillna("cannot").to_string())

# %%
print(
    "dead in FTI before any request:", pd.Series([Path(f).name for f, _ in before["fti"].dead]).value_counts().to_dict()
)

# %% [markdown]
# Most of FTI's dead lines were there before any experiment: branches of the store's plug-in, and of its interface, that this problem
# never asks for. Written in advance, they are dead code as well. What an experiment *adds* is in the differences of each column.
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

# %%
for artefact, job in debt.readers["fti"].undeclared:
    print(f"fti: {job} reads {artefact}")

# %% [markdown]
# By share FTI declares most, and it is the only one that declares any. By number it has most undeclared readers too, since it keeps most.
# None of these consumers is a stranger: one team wrote both ends. With more teams the number grows and the declaration is what helps.
#
# ## Evolution: what does a change leave behind?
#
# Skew first: features that training and serving see differently, before any request and after each (from the replay of lesson 9). Then ruler 5
# on the code that the request touched, and on no other: the functions that its patch changed or added are mutated, and real-time questions
# asked. A ratio of 1: both sides follow every change of that code. At most ten mutants a request and system.
#
# *Predict:* after which requests does the split's touched code move both sides? And the shared split's?

# %%
touched = {system: co_change(debt.mutants[debt.mutants["system"] == system]) for system in list_with_service()}
counts = pd.DataFrame({system: found.counts for system, found in touched.items()}).T[list(VERDICTS)]
print(counts.to_string())
for system, found in touched.items():
    print(f"{system:13} both of all that move: {found.by_mutant}, on {found.lines} lines")

# %%
silent = pd.concat(found.mutants for found in touched.values()).query(
    "verdict == ['both', 'training only', 'serving only']"
)
both = (silent["verdict"] == "both").groupby([silent["request"], silent["system"]]).agg(["sum", "size"])
words = both["sum"].astype(str) + " of " + both["size"].astype(str)
shown(words.unstack().reindex(index=IDS[1:], columns=list_with_service()), "{}", "–")

# %%
worst = {(c.request, c.system): max(len(of["features"]) for of in c.skew.values()) for c in cells() if c.skew}
skewed = pd.Series(worst).unstack().reindex(index=IDS[1:], columns=list_with_service())
shown(skewed, none="–")

# %%
share = (both["sum"] / both["size"]).unstack()[list_with_service()]
panels = {"skewed features": over(skewed), "moves both sides": over(share)}
notebook_picture.show_picture(
    lambda path: over_requests.draw(panels, path, "What does a change leave behind?", "moves both sides"), 860
)

# %% [markdown]
# - The *split*: hardly a mutant of touched code moves both sides, as in all of its code (lesson 6). A request is another chance to write
#   something twice: after C1 (a new feature) and C8 (another kind of question) it has more skewed features than after the others.
# - The *shared split*: about half does. Its library holds what it can hold; the rows of a window are picked on either side, and that is
#   where half of what a request touches lies. The remedy (H8) is real and partial: wide interval, few lines.
# - *FTI*: nearly all of it. Over all of FTI's code the ratio in real time is about one half (lesson 6): the other half is the store's own
#   code, which no request touched here. So both numbers are right, and the one to use depends on what you change: features, or the store.
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
#   (hence two bounds), and in FTI the hours since landing, which are stored as an instant under another name. A dead line is one that
#   our small world does not reach: error paths count, and so does what a package's interface asks for.
# - **Internal.** One team wrote all systems, all patches and the table of words. Each request is applied by itself: no system carries the
#   debt of fifteen requests at once, which is how jungles grow. Requests whose patch is not yet accepted would show as no change.
# - **External.** Undeclared consumers become a debt where teams are many; here one person knows them all.
# - **Conclusion.** Mutants of touched code are few, at most ten a request and system, some of them in code that was there before. The
#   interval is by line, over all requests together; a single request's ratio is an anecdote.
