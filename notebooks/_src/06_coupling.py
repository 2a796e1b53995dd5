# %% [markdown]
# # 6. Coupling: who has to follow when one line changes?
#
# **What has to change together is not what imports one another: change one place, and see whether training moves, serving, or both.**
#
# **Your bet.**
#
# 1. Propagation cost, the textbook measure of structure: which of the three systems is best, which is worst?
# 2. We change one place of a system, an operator or a constant, run everything, and look whether the training value of a feature
#    moves, the served value, or both. For which share of the changes do both move: in the monolith, in the split, in FTI?
# 3. Which system holds the hardest function to read?

# %%
import tempfile
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from antipatterns.systems.split import offline, online
from lab.study.results import read_study_results
from lab.study.rulers import definitions, source_code
from lab.systems import find_system, list_compared
from measure.code import cochange, complexity, structure
from measure.code.callgraph import import_graph
from measure.code.cochange import co_change
from measure.code.effect import SIDES, Outcome, Sides, effect
from measure.code.flags import flag_arguments
from measure.code.mutants import mutants
from problem.contract import FEATURES
from publish.notebooks import notebook_picture

# %% [markdown]
# ## What imports say
#
# *Predict:* lesson 3 showed one feature written in both halves of the split. How many imports, and how many lines of text, do the
# two halves have in common?

# %%
halves = [Path(half.__file__) for half in (offline, online)]
print("imports between the halves:", len(import_graph(halves).edges))
texts = [{line.strip() for line in half.read_text().splitlines()} for half in halves]
for line in sorted((texts[0] & texts[1]) - {"", '"""'}):
    print("in both:", line)

# %% [markdown]
# Nothing of the features. By imports the halves are independent, a linter's contract would confirm it, and a clone detector has
# nothing to find. Yet lesson 3 needed five cures to make them agree: they are coupled by what they *mean*.
#
# ## The same code, seen in four ways
#
# *Propagation cost* (MacCormack et al. 2006): of all ordered pairs of parts, the share in which the first depends on the second,
# however indirectly. A part may be a module or a function. An edge may be an import or a call, or besides "reads the file that the
# other wrote", which no text shows: those we declare, and a test takes the file away to see the reader fail.
#
# *Try this:* add one more edge to the split's, `("antipatterns.systems.split.online.Window.mean", "antipatterns.systems.split.offline.trailing_mean")`,
# for "must mean the same as". No text shows it. Is it there? And what does it do to the verdict?

# %%
found = {name: find_system(name) for name in list_compared()}
systems = {name: structure.structure(system.code, system.data_edges) for name, system in found.items()}
for name, seen in systems.items():
    print(f"\n{name}\n{seen.table.round(3).to_string(index=False)}")

# %%
notebook_picture.show_picture(lambda path: structure.draw(systems, path))

# %% [markdown]
# - On the left the monolith has no mark: one module makes no pair, so the measure has nothing to say of it. Hence the n at each point.
# - What counts against the split by imports is the door that all systems have here: it imports both halves. PREDICTIONS.md
#   expected imports to flatter the split; a door of a few lines is enough to turn that.
# - Many small parts dilute the share: the cost tends to fall with n, whatever the code does.
# - So the choice of node decides who is compared at all, and how far apart two systems look; and not a line of any of them has changed.
#
# Which parts does the graph believe to be alone? `ca` counts who depends on a module, `ce` on whom it depends. *Predict:* which file
# of FTI does nobody import?

# %%
alone = systems["fti"].modules.coupling
print(alone.assign(node=alone["node"].str.removeprefix("reference.systems.fti.")).round(2).to_string(index=False))

# %% [markdown]
# `asof_store` and `latest_store` are imported by nobody: Feast loads them by their names in a YAML file. Without them no training set and no latest value is read. Static
# coupling misses what is tied by configuration, by data and by meaning, which is most of what ties training to serving.
#
# ## Asking the code instead
#
# *Connascence* (Page-Jones 1992): two elements are connascent if a change in one needs a change in the other for the system to
# stay right. So make changes, and see who moves. A *mutant* is the code with one small change: `<` becomes `<=`, 15 becomes 16.
#
# Here is a toy: the share of late flights among the last three, for training and for serving. First as two people would write it,
# then once. Both versions give the same values.

# %%
TWICE = """
def training(delays):
    late = [delay >= 15 for delay in delays]
    return sum(late[-3:]) / 3

def serving(delays):
    total = 0
    for delay in delays[-3:]:
        total += delay > 14
    return total / 3
"""

# %%
ONCE = """
def late_rate(delays):
    late = [delay >= 15 for delay in delays]
    return sum(late[-3:]) / 3

def training(delays):
    return late_rate(delays)

def serving(delays):
    return late_rate(delays)
"""

# %% [markdown]
# *Predict:* how many mutants will each have, and who will follow?
#
# *Try this:* put a delay of 14 into `DELAYS`, or take out the 15s, and run the cell again. Which mutants change their verdict?

# %%
DELAYS = [2, 15, 40, 3, 15]


def followed(source, mutant):
    before, after = {}, {}
    exec(source, before)
    exec(mutant.applied(source), after)
    return [side for side in ("training", "serving") if before[side](DELAYS) != after[side](DELAYS)]


for title, source in {"written twice": TWICE, "written once": ONCE}.items():
    print(title)
    for mutant in mutants(source):
        moved = ", ".join(followed(source, mutant)) or "nobody"
        print(f"  line {mutant.line:2}: {mutant.before:>3} becomes {mutant.after:3} moves {moved}")

# %% [markdown]
# Written twice, no mutant moves both sides: ratio 0. Written once, every one does: ratio 1. One mutant moves nobody, because no
# delay here equals 14. So the data decide what can be seen; the study runs its mutants in a small world picked to
# hold ties, edges of windows, nulls, late facts and empty windows.
#
# ## Every place of every system, changed once
#
# The *co-change ratio* (our own operationalisation) is both / (both + one side only). Mutants that raise are *loud*: somebody
# will notice, so they do not count; nor do those without an effect. For every mutant a system was installed anew, lived through
# the small world, and was asked for its training features.
#
# *Predict:* the ratios of monolith, split and FTI. PREDICTIONS.md said: a tie of monolith and FTI, the split last by a wide
# margin. Two controls are changed too: the modular monolith (one function, no flag), and the shared split (one library for both halves).

# %%
changes = definitions.changes(read_study_results())
for (name, mode), found in changes.items():
    print(f"{name} {mode}: {len(found.mutants)} mutants; {found.counts}, on {found.lines} lines")
    for weight in ("by_mutant", "by_effect", "by_line"):
        print(f"    {weight:10} {getattr(found, weight)}")

# %%
notebook_picture.show_picture(lambda path: cochange.draw(changes, path))

# %% [markdown]
# Brackets hold 95 % of the draws of a bootstrap by source line. `by_effect` gives every feature that moved a vote, `by_line` every
# line. Where all lines agree there is nothing to draw, and the bracket is a point: not certainty, but a lack of variety.
#
# Where two brackets overlap, that decides nothing: "not significant" is not "equal". A shared library can lift the split's ratio only as far
# as it reaches: which rows a window holds is still said twice. And now look at FTI.
#
# ## The lines that the other side does not follow
#
# First the monolith, the split, and the split with a shared library. The number counts the mutants of a line.


# %%
def one_sided(found):
    lines = found.one_sided().groupby(["file", "line", "text", "side"]).size()
    for (file, line, text, side), count in lines.items():
        print(f"{count} {side:9}{file.removeprefix('feature_repo/')}:{line:<4} {text[:88]}")


for key in (("monolith", "batch"), ("split", "real_time"), ("shared_split", "real_time")):
    print(*key)
    one_sided(changes[key])

# %% [markdown]
# Hold each line of the monolith's list against the two causes of lesson 2: the switch, and the partition that lets training see what the night
# before could not know. Of the split's list, take any line and look for its partner in the other file. Most have one; that is what
# "written twice" means. In the shared split's list look for formulas, and for how each half comes by the rows that a formula gets.
#
# ## Against FTI, told straight
#
# *Predict:* FTI defines each feature once. So which lines can move one side only?

# %%
live = changes["fti", "real_time"]
print("fti real_time")
one_sided(live)

# %%
table = live.mutants
counted = table.groupby("file")["verdict"].value_counts().unstack(fill_value=0)
print(counted[["both", "training only", "serving only", "no effect", "loud"]].to_string())

# %% [markdown]
# One definition, but two ways to read what it made. Training reads the *history*, Parquet files, by an as-of join; the service
# reads the *online store*. What stands between the definition and the reader is code as well, and each path has its own. (In batch
# both sides read the history.)
#
# Where do most of the one-sided mutants sit? Files named `asof_*` and `latest_*` are our own plug-ins for Feast's offline and online store, because the stock ones are slow.
# The other systems have such code too: pandas does their joins, and we did not mutate pandas. Leave the plug-ins out.
#
# *Predict:* does FTI reach 1 then?

# %%
real_time = dict(read_study_results().by_mode("mutants-fti", "mutants"))["real_time"]
plug_in = real_time["file"].str.startswith(definitions.PLUG_IN)
defining = real_time["file"].isin(["features.py", "on_demand.py"])
choices = {"all files": real_time, "without plug-ins": real_time[~plug_in], "features, on_demand": real_time[defining]}
for name, kept in choices.items():
    found = co_change(kept)
    print(f"{name:20} {found.by_mutant}  {found.counts['both']} of {sum(list(found.counts.values())[:3])} move both")

# %% [markdown]
# Three numbers, three claims, and you should not let anyone quote only one of them:
#
# - *All files*: of the changes you can make in this repository and that show, the share that reaches both sides. The scorecard decides by it;
#   the next stands beside it.
# - *Without the plug-ins*: what is missing to 1 here is the plumbing that we wrote around the store: the schedule, the
#   "latest row" for the online write, the empty first file, the TTL. Written once, felt on one side.
# - *Where features are defined*: where this is 1, nobody who edits a definition can forget the other side.
#
# We chose the second cut after we had seen the first number, so discount it. A store from a vendor moves this code out of sight;
# it does not make it correct. Lesson 4 has a write that the online store drops and the history keeps: the same gap.
#
# ## What "two definitions" means here
#
# A feature counts as *written twice* if some mutants move it in training only and others in serving only.
#
# *Predict:* how many of FTI's?

# %%
for (name, mode), found in changes.items():
    count = sum(value == 2 for value in found.definitions(FEATURES).values())
    print(f"{name:17}{mode:10} {count:2} of {len(FEATURES)} features")
count = sum(value == 2 for value in co_change(real_time[~plug_in]).definitions(FEATURES).values())
print(f"{'fti':17}real_time  {count:2} without plug-ins")

# %% [markdown]
# Hold FTI's lines against the split's before you read on. Nobody wrote those features two times: the split has two texts to keep equal, FTI one
# text and two copies of its *result*, each of which can go wrong by itself. And the count is coarse: one line that writes every view of the
# online store is enough to mark all features in it, if some line of the other path touches them too.
#
# ## Flags
#
# A flag argument makes a function do one of two jobs (Fowler). The monolith's is called `is_training`.
#
# *Predict:* which system has the most flag arguments?

# %%
for name in list_compared():
    flags = flag_arguments(find_system(name).code)
    print(f"{name}: {len(flags)} flags, {sum(bool(flag.branches) for flag in flags)} of them branch")
    for flag in flags:
        print(f"    {flag}")

# %% [markdown]
# Some are prescribed by the interfaces of Feast's stores or handed on from there. Handing on is not branching; but the prediction ("no
# mode flag") asked for none. What the monolith's flag does, and no other here: it is on in training and off in serving.
#
# ## Complexity
#
# McCabe counts paths, cognitive complexity what makes reading hard. The maximum and the whole strip, never the mean: that falls
# whenever a function is cut in two.
#
# *Predict:* which system has the worst function, and do two tools agree which one that is?

# %%
for name in list_compared():
    found = source_code.read_complexity(name)
    for measure, tool in found.tools.items():
        function, most = found.maximum(measure)
        print(f"{name:9} {measure:10}{most:3}  {function} ({tool.split()[0]})")

# %%
print("functions by cognitive complexity")
for name in list_compared():
    for score, count in source_code.read_complexity(name).per_function["cognitive"].value_counts().sort_index().items():
        print(f"{name:9}{score:3} {'o' * count} {count}")

# %% [markdown]
# PREDICTIONS.md expected FTI to win this measure and the monolith's one function with branches to be the maximum. Did it come so, and do two tools
# name the same function? A name in `asof_*` belongs to a plug-in.
#
# ## Lines that run in one job only
#
# Coverage of three jobs on some weeks of flights. FTI answers in batch and in real time; its lines are those of both together.
#
# *Predict:* in which system do training and serving share most lines?

# %%
for name in list_compared():
    shares, table = (
        source_code.read_line_shares(read_study_results(), name),
        read_study_results().table(f"lines-{name}", "lines"),
    )
    print(f"{name}: {shares.lines} lines, {shares.dead:.0%} of them ran in no job")
    ran = table.groupby(["file", "line"])["job"].agg(lambda jobs: " + ".join(sorted(jobs)))
    for jobs, count in ran.value_counts().sort_index().items():
        print(f"    {count:4} {jobs}")

# %% [markdown]
# A line that training and serving share cannot skew by itself. FTI's definitions stand under "features + serving" (the pipeline goes on while
# questions are answered), and "serving + training" is the store and what only the request knows. A dead line is one that no job of the fixture ran: an error path, the service's HTTP
# door, an option of the plug-in that Feast's interface asks for and nobody here uses.
#
# ## Your own code
#
# The static rulers take paths; the mutants of a function take its text. Here we point them at the toy from above; put a
# path to your code in its place.

# %%
with tempfile.TemporaryDirectory() as folder:
    for title, text in {"twice": TWICE, "once": ONCE}.items():
        (path := Path(folder) / f"{title}.py").write_text(text)
        scores = complexity.complexity([path]).per_function["cognitive"]
        print(f"{path.name}: {len(mutants(text))} mutants, complexity {scores.to_list()}, mean {scores.mean():.2f}")
    graph = import_graph([Path(folder)])
    print(f"{graph.n} modules, {len(graph.edges)} imports, propagation cost {graph.propagation_cost:.2f}")

# %% [markdown]
# The mean has fallen, and no function is easier to read. So much for means.
#
# For the ratio you need the text of your code, a way to make training and serving answer the same questions with it, and inputs that
# are awkward enough. *Predict:* what becomes of the ratio if `TEXT` is `ONCE`?
#
# *Try this:* put your own code into `TEXT`, and questions that hurt into `QUESTIONS`. (A mutant that raises is `Outcome(None, "why")`.)

# %%
TEXT, QUESTIONS = TWICE, [DELAYS, [14, 0, 20, 7], [60, 15]]


def lived(source):
    exec(source, code_of := {})
    answers = [[code_of[side](question) for question in QUESTIONS] for side in SIDES]
    tables = [pd.DataFrame({"question": range(len(QUESTIONS)), "late_rate": each}) for each in answers]
    return Sides(*map(Outcome, tables))


changed = [
    {"file": "yours.py", "text": TEXT.splitlines()[mutant.line - 1].strip(), **asdict(mutant)}
    | effect(lived(TEXT), lived(mutant.applied(TEXT)), ["question"], ["late_rate"])
    for mutant in mutants(TEXT)
]
yours = co_change(pd.DataFrame(changed))
print(f"{yours.by_mutant}: {yours.counts}")
one_sided(yours)

# %% [markdown]
# ## Where the anti-pattern wins
#
# - **The monolith** defines everything once and reads it one way; compare its ratio and its functions with the others' above. Its one flag
#   brings its skew (lesson 2), and the ruler of flags cannot tell it from a harmless one. The modular monolith has no such flag.
# - **The split** has hardly any code that could silently spoil both halves at one stroke. If you want failures to stay apart, a ratio near 0
#   is what you order.
# - **FTI** pays for its one definition with more code and two read paths that can part ways.
#
# ## To discuss
#
# 1. A ratio of 1 means that an error reaches training and serving alike. When is that worse than skew?
# 2. Your feature store is a vendor's. Do the mutants of its plug-ins count against your architecture, against the vendor, or not at all?
# 3. Which test in your company would fail for the mutant in `stores.py` that keeps the first row instead of the last?
# 4. An architect shows you a falling propagation cost after a refactoring. What do you ask first?
#
# ## Threats to validity
#
# - **Construct.** Imports are not coupling, and co-change is not effort. The ratio weighs a forgotten constant like a swapped join.
# - The operators were chosen for feature code. Renamed columns and text inside f-strings are not mutated.
# - A system written in pandas hands most of its logic to pandas, which is not mutated; FTI brings its own join, which is. More of
#   our own code means more places to hit, on purpose or not.
# - **Internal.** One team wrote every system; FTI last. Which lines became helpers, hence shared, was our decision.
# - Batch and real time are different questions; the monolith answers only the first, the split only the second.
# - A line counts as run on some weeks of flights. Dead there need not be dead in production.
