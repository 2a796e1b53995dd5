# %% [markdown]
# # 36. Without a release
#
# **Whether a bare restart of every process is sooner than a flag hangs on how often processes look, and a flag earns its store once a release waits for its gate or a process stands alone; but what could be switched at once was dearer than the fault in most cases, rules that nobody takes away touch most answers without a gain that can be shown, and a model of its own pays only for a segment in which nearly everything means something else.**
#
# **Your bet.** A service says an hour before departure whether a flight will be late. Something breaks on a Friday evening, and somebody decides that LaGuardia gets the table of rates meanwhile.
#
# 1. The rule is a line of code, and a release restarts four processes one after the other. Or it is a value in a store at which they look every 30 seconds. Which is sooner?
# 2. The store is down, and a process starts. What does it answer?
# 3. Nine things that break in data. For how many is it right to switch the model off?
# 4. Every Monday somebody writes a rule wherever last week's answers were off. What are these rules worth by December, and how many of them does anybody still follow?
# 5. Sixteen carriers, three airports, nineteen hours. How many of them are better off with a model of their own?
# 6. A flight is moved from one hour into the next, which has another model. How much of the jump is the hour, and how much is chance in fitting?

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.quality.one_global_model import models as global_model
from antipatterns.quality.redeploy import behaviour as redeploy
from lab.patterns.changed_flags import find_behind
from lab.patterns.changed_rule_use import tell_use
from lab.patterns.changed_switches import SWITCHES
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.segment_losses import NATS
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.answer_rules.rule_text import BadRules
from parts.flag_store.flag_store import publish
from parts.flag_store.follower import Follower
from problem.behaviour import Rule, Treatment
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.quality.condition_based import models as condition_based
from reference.quality.parameter_based import behaviour as parameter_based

# %%
result = record_of("without_a_release").value(RESULT)
changed, segments = result["behaviour"], result["segments"]
print("recorded on", record_of("without_a_release").made(RESULT)["date"])

# %% [markdown]
# ## Two questions with one root
#
# Does what a service answers hang on a release, or on a value beside the model? The value is a switch or a rule ([`problem/behaviour.py`](../problem/behaviour.py)), or the segment that a question belongs to ([`problem/segments.py`](../problem/segments.py)).

# %%
show_picture(lambda path: draw_sides("without_a_release", path))

# %% [markdown]
# The first exhibit is a good resolution: production does nothing that the repository does not say. Its rules are the same as those of the other side; they stand in the code.

# %%
print(inspect.getsource(redeploy).partition('"""\n\n')[2])

# %% [markdown]
# The reference follows a store ([`parts/flag_store`](../parts/flag_store)) and asks OpenFeature what a question gets. Rules are checked when they are published, and again by whoever hears them: a feature that is misspelt or a value of another type would match nothing, and nobody would be told. An airport that does not exist passes; only whoever holds the rules against questions finds it.

# %%
print(inspect.getsource(parameter_based.Behaviour))
print(inspect.getsource(Follower.look))

# %% [markdown]
# ## Live: a store that goes away, and a rule that nobody follows
#
# Two that follow, of which one looks where nobody answers; then the store is gone for all.

# %%
home = Path(tempfile.mkdtemp())
here, nowhere = ((home / name).as_uri() for name in ("flags.json", "gone.json"))
lga = Rule("LGA by table", {"origin": ["LGA"]}, Treatment(by="table"))
publish(home / "flags.json", 1, ())
hears = Follower(here, 3600, lambda heard: None, home / "copy.json")
deaf = Follower(nowhere, 3600, lambda heard: None)
hears.start()
deaf.start()
publish(home / "flags.json", 2, [lga])
hears.look()
print("behind:", find_behind({"first": hears.tell(), "second": deaf.tell()}, every=1.0))

# %%
(home / "flags.json").unlink()
hears.look()
print("store gone:", hears.tell()._replace(age=None))
for copy in (home / "copy.json", None):
    starts = Follower(here, 3600, lambda heard: print("takes", [rule.name for rule in heard.rules]), copy)
    starts.start()
    print("starts with" if copy else "starts without", "a copy: version", starts.tell().version)

# %%
for when, by in (({"orign": ["LGA"]}, "table"), ({"local_hour": ["22"]}, "table"), ({"origin": ["LGA"]}, "tabel")):
    try:
        publish(home / "flags.json", 3, [Rule("wrong", when, Treatment(by=by))])
    except BadRules as error:
        print("refused:", error)
asked = pd.DataFrame({"origin": ["LGA", "LGA", "JFK"], "carrier": ["UA", "DL", "UA"]})
narrow = Rule("UA at LGA", {"origin": ["LGA"], "carrier": ["UA"]}, Treatment(odds=2.0))
print(tell_use([lga, narrow], asked), tell_use([narrow, lga], asked))
misspelt = lga._replace(when={"origin": ["LGAA"]})
publish(home / "flags.json", 3, [misspelt])
print("published:", tell_use([misspelt], asked))

# %% [markdown]
# ## Seconds until something else is answered
#
# Real processes under the same supervisor, under steady calls. *Seconds*: from the decision until the first, second, ... replica answers the new way; *wrong*: answers given the old way meanwhile; *lost*: no answer at all; *lag*: seconds that the latest question was sent late, which is what the sender adds by itself.

# %%
times = pd.DataFrame(changed["incidents"]["times"])
times = times.assign(seconds=[[round(each, 1) for each in of] for of in times["seconds"]])
print("calls a second:", changed["incidents"]["rate"])
print(times.round(3).fillna("").to_string(index=False))
print(pd.DataFrame(changed["incidents"]["looks"]).round(2).to_string(index=False))

# %% [markdown]
# ## Where it turns
#
# The dials: seconds between two looks at the store, replicas, and seconds that a release waits for its gate. From the measured restarts on this is arithmetic: the last of n replicas has looked by the end of its interval (*latest*), and on the mean after n/(n+1) of it (*expected*; above, beside what was measured as *last*: the first one, two and four of four replicas). From which interval on is a redeploy sooner than both, by a ratio of a quarter in every round? (From 0.5 to 60 s; SDKs look every 15 to 60 s if nobody says otherwise, or hold a line open.) And *a_day*: how many questions a day there must be before a redeploy of all replicas gives ten more wrong answers in an incident than a flag; these come from all replicas, of which each hears after half its interval on the mean.

# %%
turns = pd.DataFrame(changed["incidents"]["turns"]).astype({"from": object})
print(turns.fillna("nowhere").to_string(index=False))
rates = pd.DataFrame(changed["incidents"]["rates"])
print("questions a day from which on a redeploy of all replicas gives ten more wrong answers:")
print(rates.round(0).astype({"a_day": object}).fillna("never").to_string(index=False))

# %% [markdown]
# Where *from* is below the interval of your library, the restart itself is no reason for a store. A gate is; a process that stands alone is, as nobody is answered while it starts; and so are questions by the second. At some hundreds of questions a day not even twenty minutes of tests cost more than a handful of wrong answers.
#
# ## When the store is down
#
# Replicas that run go on with what they heard last; nobody notices but whoever looks at all of them (`behind`). What counts is who starts meanwhile:

# %%
print(pd.DataFrame(changed["incidents"]["store"]).round(1).fillna("").to_string(index=False))

# %% [markdown]
# Without a copy on its disk a process begins with what the code has, and the incident is back in its share of the answers. A release that stops half way leaves the same behind, *by construction*: some replicas old, some new. So both sides need somebody who compares versions; the flag's `/behaviour` says also how long ago each heard.
#
# ## Is the switch right?
#
# What can be switched at once: leave out the features that a fault touches (*nulls*; where these are missing anyway, that changes nothing), or let a table answer for the model: the one by hour, which the service has (*table*), or one by carrier, origin and hour (*fine table*). Nats an answer over the sound answers, twelve weeks a fault; the words are against doing nothing.

# %%
switches = pd.DataFrame(changed["switches"])
shown = switches.assign(
    **{name: [of and round(of["value"], 4) for of in switches[name]] for name in ("nothing", *SWITCHES)}
)
print(shown.fillna("-").to_string(index=False))

# %% [markdown]
# A fault has to be worse than the switch. The table costs all that the model is worth over it; so it helps where features stand still or the model is the wrong one, and for all else the quickest switch makes a small trouble a large one. Leaving out features is no cure either: a model that has hardly ever seen them missing guesses.
# For the wrong model there is a third switch, the one before it, which costs nothing, *by construction*. The first row is what a switch costs that somebody forgot to turn back.
#
# ## Rules pile up
#
# Every Monday a rule for each airport, carrier, part of the day, and pairs of these, where last week's answers were off by a tenth; where there is one for the very same cell, it is edited. The dial: weeks until a rule ends.

# %%
rules = pd.DataFrame(changed["rules"])
print(rules.drop(columns=["weeks", "shadows"]).round(3).to_string(index=False))
for each in rules["shadows"][len(rules) - 2]:
    others = f"{', '.join(each['by'][:3])} and {len(each['by'][3:])} more"
    print(f"{each['rule']} ({each['matched']} questions in four weeks) is shadowed by {others}")
last = rules.iloc[len(rules) - 2]
print(f"what {last['rules']} is worth: {last['word']}; it changed {last['changed']:.0%} of the answers")

# %% [markdown]
# (*replaced*: of all that were written, those that took the place of one for the same cell; *never*: those that were never followed; *shadowed*: of those in force in December, those whose every question goes to others; *changed*: share of the answers. *value*: nats an answer over no rules.) Last week's weather is not this week's, and the word says whether anything remains of it. Yet the rules touch most answers,
# and even in a list in which each cell has one rule at most, many that never end are no longer followed in December. A rule that ends by itself leaves a list that somebody can read. On the other side of the pair the same rules would be lines of code, and no script would name the dead ones.
#
# ## Models by segment
#
# The other value beside the model. The exhibit has carrier, origin and hour among its features; the reference asks which segment it is. Both choose the size of a model by the latest of its rows ([`parts/sized_learner`](../parts/sized_learner)), the study's or a small one: with one size for all, whoever has fewer rows would lose by a setting.

# %%
print(inspect.getsource(global_model.Models), inspect.getsource(condition_based.Models), sep="\n")

# %% [markdown]
# All segments together, own minus global (*value*); both asked, and the mean of their log odds taken (*both*); the one model without that feature (*blind*); and *over_table*, what the one model has over a table of rates. Then the words, segment by segment, for those that have the rows which the reference wants, and the sizes that they got; the best and the worst of them; and the segments below, to which the reference gives no model:

# %%
wholes = pd.DataFrame(segments["wholes"])
for name in ("both", "blind"):
    told = pd.DataFrame([*wholes[name]]).add_prefix(f"{name}_")
    wholes = wholes.drop(columns=name).join(told[[f"{name}_value", f"{name}_word"]])
print(wholes.round(4).to_string(index=False))
each = pd.DataFrame(segments["each"])
for told in ("word", "size"):
    print(each.groupby("by", sort=False)[told].value_counts().unstack(fill_value=0).to_string())

# %%
columns = ["by", "segment", "rows", "size", "global", "own", "value", "low", "high", "word"]
shown = each.sort_values("value")[columns].round(3)
print(pd.concat([shown.head(5), shown.tail(5)]).to_string(index=False))
print(pd.DataFrame(segments["below"])[columns].round(3).to_string(index=False))

# %% [markdown]
# (*global*, *own*: minus the table.) What a segment is like, a model can see in most of its other features, so even the blind one misses little. Its own model has a part of the rows; with a size that fits them the price is small for airports and carriers, and plain for hours, of which each could learn from the next. To ask both and take the middle costs two models and is no difference worth having.
#
# ## Where a model of its own pays
#
# First dial: rows of the segment (*guarded*: the reference as it is, which below its thousand rows asks the one for all). Second: at LaGuardia the first so many stored features mean the opposite, the highest value for the lowest, so that they look as everywhere. The own model minus the one for all, which is told the airport; below the grey band the own model is better.

# %%
different = pd.DataFrame(segments["different"])
lines = {f"{of['rows'].iloc[0]} rows": of for _, of in different.groupby("share", sort=False)}
points = {
    name: {row.different: Estimate(row.value, row.low, row.high) for row in of.itertuples()}
    for name, of in lines.items()
}
dial = turn_chart.Dial("stored features of the airport that mean the opposite")
title, unit = "A model of its own, minus the one for all", "nats an answer (less is better)"
show_picture(lambda path: turn_chart.draw(points, NATS, dial, path, title, unit), width=720)

# %%
rows = pd.DataFrame(segments["rows"])
guarded = pd.DataFrame([*rows["guarded"]]).add_prefix("guarded_")[["guarded_value", "guarded_word"]]
print(rows.drop(columns="guarded").join(guarded).round(4).to_string(index=False))
print(different.round(4).to_string(index=False))
print("better by the margin from so many on:")
print(pd.Series(segments["turns"], dtype=object).fillna("nowhere").to_string())

# %% [markdown]
# What decides is how different the segment is. Where it is like the others, rows do not help: its own model is never the better one, and with a sixteenth of the rows plainly the worse one. With still fewer, the reference leaves all of them to the one for all (*guarded*), and rightly. It takes nearly every feature to mean something else before its own model is the better one, with many rows and with few; before that, the one for all has learned most of it by itself.
#
# ## What several models bring along
#
# *Jumps*: the same flight an hour later, in the next segment; beside it two models for the same hour, each fitted on a half of its rows, which is the most that chance can do. *Wrong ways*: the carrier is another's in a share of the questions, for both sides. *Upkeep*: seconds to fit the models of segments beside the one for all, and what they weigh together; *too_few*: segments with fewer rows than the reference wants.

# %%
print(pd.DataFrame(segments["jumps"]).round(3).to_string(index=False))
print(pd.DataFrame(segments["misrouting"]).round(4).to_string(index=False))
upkeep = pd.DataFrame(segments["upkeep"]).assign(megabytes=lambda of: of["bytes"] / 1e6).drop(columns="bytes")
print(upkeep.round(1).fillna("").to_string(index=False))

# %% [markdown]
# An hour is a border that somebody drew: on its two sides stand models that have never seen one another's rows, and decisions change there for no reason that a traveller could be told. Nor is the hour the reason: two models for the same hour lie about as far apart. What jumps is mostly chance in fitting, and the one model hardly jumps. And a wrong carrier is a wrong model on one side, and one feature of many on the other.
#
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | redeploy | every answer is explained by a commit; sooner than rare looks at a store where nothing stands in front of a release | a gate of minutes; one process, which answers nobody meanwhile |
# | parameter-based | seconds, and no process ends | a store, a copy on each disk, somebody who compares versions; rules that nobody takes away |
# | one global model | rows of all segments; no borders | a segment in which nearly everything means something else |
# | condition-based | such a segment | fewer rows each, jumps, upkeep; a wrong segment costs more |
#
# **When to use which.** Measure how long a release takes from the decision to the last process, gate included, and count the questions in that time: if they are few, leave behaviour in the code. If not, take a store, and with it a copy on every disk, a look at which version each process has, rules that end by themselves, and a list, kept before anything breaks, of what a switch costs: for most faults the right switch is none. Give the one model the segment as a feature before
# you give the segment a model; a model of its own is for a segment that lives by other laws, or that has to be released, paid for or switched off by itself.
#
# ## To discuss
#
# 1. Your last incident: what was answered until it was mended, who decided that, and would the switch that you have have been better?
# 2. Which of your rules has nobody followed this month? How would you know?
#
# ## Threats to validity
#
# - **Construct.** A release here is a folder on the same disk; what it takes to build and to ship one, lesson 23 measures. A gate's seconds and a store's interval are set, not measured; who decides, and how long that takes, is the same on both sides and left out. *Wrong* counts answers given the old way, right or not.
# - **Internal.** The operator follows a procedure, and never has an idea of why answers were off; somebody who knows writes better rules. Faults are those of lesson 32. A feature that has the other sign is the gentlest of differences: a tree of its own does not notice. Of sizes there are two; a wider search might move either side by a little. Two halves of an hour have half the rows each, so they overstate chance.
# - **External.** Two cores, processes that start within seconds. A service that loads gigabytes takes as long as it takes, and the turn moves with it. Carriers and airports are features of the global model here.
# - **Conclusion.** Many segments are looked at, each with its own interval: one or two words of a kind are no finding. A quarter is judged.
