# %% [markdown]
# # 26. Ask, queue, or prepare
#
# **Ask first what the caller does with the answer: whoever does not wait belongs in a queue that keeps what it accepted, apart from those who wait, and an answer that is read often enough may be prepared; one door for all serves few in a burst of ten times its capacity, and a bound on who may wait helps at three times it, no longer at ten.**
#
# **Your bet.** A model takes 5 ms of a core for an answer: 200 a second. It stands behind five forms of one service. What we expected ourselves stands in [PREDICTIONS.md](../PREDICTIONS.md).
#
# 1. A feed sends 10,000 questions in five seconds. Callers want an answer within 250 ms and give up after ten seconds. How many of a hundred get one in time, if nobody is refused? And if at most 30 may wait?
# 2. Twenty travellers a second ask meanwhile. How many of a hundred get their answer in time at the same door? And beside a queue that takes the feed?
# 3. Steadily, at half the capacity: how much longer than by asking does it take through a queue on disk until the answer is there?
# 4. Workers are killed five times (`kill -9`) while they answer 10,000 accepted questions. How many are lost, and how many handled twice?
# 5. A job prepares answers for a table. How often must an answer be read for that to be cheaper than asking, if the model takes its 5 ms for each row? And if it takes them for each call, however many rows?

# %%
import inspect
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from antipatterns.serving.one_form import service as one_form
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.ask_or_queue import BATCH, CAPACITY, EXHIBIT, QUEUE, SINGLE, WAIT
from lab.patterns.form_loads import MARGIN
from lab.patterns.form_questions import FAILING, make_questions, put_model
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.accepting_service.acceptance import Acceptance
from parts.late_service.late_service import LATE
from parts.queue.queues import ASIDE, Letter, open_queue
from parts.queue.sqlite_queue import TAKE, SqliteQueue
from problem.ask_or_queue import Cost
from problem.facts import load_facts
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.serving.asynchronous import worker
from reference.serving.batch import job
from reference.serving.synchronous import service as synchronous

# %%
result = record_of("ask_or_queue").value(RESULT)
print("recorded on", record_of("ask_or_queue").made(RESULT)["date"])
print(f"the model answers {CAPACITY:g} a second, in every form")

# %% [markdown]
# ## Five forms
#
# All five have one contract ([`problem/ask_or_queue.py`](../problem/ask_or_queue.py)): a question about a flight goes to `POST /predict`, and the answer comes at once (200) or is to be fetched
# (202). All are real processes and pass the conformance suite of lesson 25.

# %%
show_picture(lambda path: draw_sides("ask_or_queue", path))

# %% [markdown]
# *One form for everything* and *synchronous* differ in one number, how many may wait. It was raised by people who had a reason:

# %%
print(inspect.getdoc(one_form), "\n")
print("EVERYBODY =", one_form.EVERYBODY, "\n")
print(inspect.getdoc(synchronous), "\n")
print("WAITING =", synchronous.WAITING)

# %% [markdown]
# The asynchronous form keeps a question before it accepts it. One wait for the disk serves all who came during the one before; a worker takes with a deadline and acknowledges:

# %%
print(inspect.getsource(Acceptance._write))
print(inspect.getsource(SqliteQueue.put))
print(TAKE)
print(inspect.getsource(worker.answer_next))

# %% [markdown]
# Batch asks the model for many rows at a time and replaces its table as a whole:

# %%
print(inspect.getsource(job.prepare))

# %% [markdown]
# ## Live: a message that cannot be answered
#
# Three questions; the model cannot score the second one, every time. A worker goes through the queue:

# %%
home = Path(tempfile.mkdtemp())
put_model(home, Cost(failing=FAILING))
asked = make_questions(load_facts(), 3)
asked[1]["distance"] = FAILING
queue = open_queue(f"sqlite:{home / 'queue.db'}")
queue.put([Letter(str(number), json.dumps(each)) for number, each in enumerate(asked)])
answerer, taken = LATE.open_model(home), 0
while worker.answer_next(queue, LATE, answerer):
    taken += 1
print("taken", taken, "times:", queue.count())
for message in queue.list_messages(ASIDE):
    print(f"set aside: {message.ticket}, tried {message.tries} times, {message.why}")

# %% [markdown]
# It is kept and shown (`GET /queue`), and its caller is told so. One that kills its worker comes back when its lease is over, and is set aside in the same way.
#
# ## Steadily
#
# Questions evenly spaced, forms by turns, medians of the rounds: ms until the caller has what it came for (an answer; of the queue, a ticket), the share within 250 ms, and CPU ms of all processes
# by question.

# %%
steady = pd.DataFrame(result["steady"])
waits = steady.groupby(["rate", "form"])[["p50", "p95", "good", "cpu"]].median()
print(waits.unstack("rate").round(1)[["p50", "p95"]].to_string())
print(waits.unstack("rate").round(2)[["good"]].to_string())
print("answers a second, eight callers:", {name: round(each) for name, each in result["capacity"].items()})

# %% [markdown]
# Until the *answer* is there, over synchronous, 95th percentile and median (*value*: median of the rounds; *low*, *high*: the least and the most of them):

# %%
ratios = pd.DataFrame(result["ratios"])
SHOWN = ["key", "rate", "form", "value", "low", "high", "word"]
print(ratios[ratios["key"] != "cpu"][SHOWN].round(2).to_string(index=False))

# %%
p95 = ratios[ratios["key"] == "p95"].dropna(subset=["value"])
lines = {
    name.replace("_", " "): {
        row.rate / CAPACITY: Estimate(*np.log2([row.value, row.low, row.high]))
        for row in p95[p95["form"] == name].itertuples()
    }
    for name in (EXHIBIT, SINGLE, QUEUE, BATCH)
}
dial = turn_chart.Dial("load, share of the model's capacity", "{:.0%}")
title, unit = "Until the answer is there, against synchronous", "doublings of the 95th percentile"
show_picture(lambda path: turn_chart.draw(lines, np.log2(MARGIN), dial, path, title, unit))

# %%
print("where it turns, over the load: 95th percentile until the answer is there, against synchronous")
for name in lines:
    words = ratios[(ratios["key"] == "p95") & (ratios["form"] == name.replace(" ", "_"))]
    print(f"{name:13}", {f"{row.rate / CAPACITY:.0%}": row.word for row in words.itertuples()})

# %% [markdown]
# ## A burst
#
# Three times the capacity for five seconds, and ten times. Of 10,000 questions the model can answer a tenth while they come, *by construction*, and a little more within 250 ms; the rest takes fifty seconds in whatever form. What can
# be chosen is who waits for it, and whether it is kept. Shares of the questions: *good*, within 250 ms (of the queue: accepted); *taken*, answered or accepted at all; *waited*: seconds by question on an open connection;
# *last*: seconds from the first question to the last answer.

# %%
bursts = pd.DataFrame(result["bursts"]).set_index(["rate", "form"])
print(bursts[["good", "taken", "refused", "given_up", "waited", "last"]].round(3).to_string())
for rate, later in bursts.xs(QUEUE, level="form")["until_answered"].items():
    print(f"of the queue at {rate:g} a second: {later['taken']:.1%} answered in the end, {later['good']:.1%} in 250 ms")

# %% [markdown]
# The travellers, twenty a second, at the same door; beside the queue, they ask synchronous, which is otherwise idle:

# %%
for (rate, name), row in bursts.iterrows():
    seen = row["travellers"]
    print(
        f"burst of {rate:5g} at {name:12} travellers at {row['travellers_at']:12} in time {seen['good']:4.0%}", end="; "
    )
    print(f"answered at all {seen['taken']:.0%}")
for rate, good in bursts.xs(WAIT, level="form")["in_burst"].items():
    print(f"synchronous answers {good:.0f} a second in time while it refuses the rest of {rate:g}")
print(f"generator: {result['ceiling']:,.0f} a second at most, {result['ceiling'] / (10 * CAPACITY):.1f} times", end=" ")
print(f"what the larger burst offers, {result['ceiling'] / (3 * CAPACITY):.1f} times the smaller one; late by", end=" ")
print(f"{bursts['lag'].min():.0f} to {bursts['lag'].max():.0f} ms with one in a hundred")

# %% [markdown]
# The bound of synchronous stands in front of the model, and each refusal takes the web side's time. At three times capacity most of what the model can answer is in time; at ten times next to nothing. We take it that the process then does little but say no, as model and web side share it: a proxy before it, or a model in a process of its own, would tell.
#
# ## Killed
#
# What answers, process or worker, is killed once (`kill -9`), at half the capacity, and started anew by whoever looks after it. Questions whose callers get no answer:

# %%
killed = pd.DataFrame(result["killed"])
print(killed.to_string(index=False))

# %% [markdown]
# Whoever waits on a connection learns of it and may ask again. Whoever was told *accepted* does not look back, so there nothing may be lost. Two workers, ten thousand accepted questions, five kills at moments drawn by a
# seed; then one message that kills whoever has it (*kills* 0). *twice*: given to workers more than once, at most *stated*. Last, with fewer questions, huey on SQLite, a task queue that many teams take first.

# %%
deaths = pd.DataFrame(result["deaths"])
print(deaths.drop(columns="seconds").to_string(index=False))

# %% [markdown]
# In a queue with leases nothing is lost, since a question is forgotten only once it is acknowledged; some are handled twice for the same reason, so what a worker does with an answer has to bear being done twice.
# huey's consumer takes a task out before it runs it: at most once, which is right for work that must not be done twice, and loses what a dead process had in hand. Which of the two a queue promises is the first thing to
# read in its manual.
#
# ## What it costs
#
# CPU of all processes by question, over web single, at each load:

# %%
print(ratios[ratios["key"] == "cpu"][SHOWN[1:]].round(2).to_string(index=False))

# %% [markdown]
# Batch has its cost elsewhere: in a job, whether anybody reads what it made or not. CPU ms by prepared answer, the job's start included, for a model that is dear by the row and for one that is dear by the call (as a
# scikit-learn pipeline is, lesson 29); and **where it turns**: reads of a prepared answer from which preparing is cheaper than asking web single (*low*, *high*: with the extremes of the rounds).

# %%
jobs, turns = pd.DataFrame(result["jobs"]), pd.DataFrame(result["turns"])
print(jobs.groupby("kind")["cpu"].median().round(2).to_dict(), "asked or looked up:", result["cpu"])
print(turns[["kind", "value", "low", "high"]].round(3).to_string(index=False))

# %% [markdown]
# Is an answer read so often? The callers of lesson 29 (boards, partners' sites, travellers, some forty questions a flight), thinned to a share of the crowd. A job runs every so often and prepares what may be asked until
# the next one: flights that leave in the next day. *age*: hours, median of what is read.

# %%
reads = pd.DataFrame(result["reads"])
every = reads[reads["share"].isin([1.0, 0.1, 0.01])]
print(every[["period", "share", "reads", "unread", "age"]].round(3).to_string(index=False))

# %%
for row in turns.itertuples():
    crowd = {period: "nowhere" if share is None else f"{share:.1%}" for period, share in row.crowd.items()}
    print(f"{row.kind}, pays from this share of the crowd on: {crowd}")

# %% [markdown]
# Fresh and cheap pull apart: the more often the job runs, the younger the answers, and the fewer of them are read. What a night's age does to the answers is in lessons 12 and 14.
#
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | one form for everything | one address, one thing to run; steady loads below capacity | a burst: everybody waits behind everybody, travellers too |
# | web single | the least to run and to own | nobody is refused, so a burst is answered too late for nearly all; a crash takes along what is in hand |
# | synchronous | at three times capacity most of the model's work is in time; callers are told no and do not pile up | refusing takes CPU: at ten times capacity nobody is in time; a bound that leaves no slack is kept and still too late |
# | asynchronous | what is accepted is answered, over bursts and crashes | three things to run; some answers are handled twice; the backlog has to be looked at |
# | batch | look-ups cost next to nothing, and the model may be slow or down | as old as the last job; nothing about what was not on the list; what nobody reads |
#
# **When to use which.** Does somebody wait? Synchronous, with a bound that is patience times capacity, less some slack; web single as long as no burst is possible. Does nobody wait, but everything must be answered? A queue. Are the questions
# known, and read more often than the turn says? Prepare them. A service that has two kinds of callers has two doors. The model behind them may be one.
#
# ## To discuss
#
# 1. Who calls your service and does not wait? What happens to these calls when it is down for a minute?
# 2. How old is the oldest message in your queues now, who would notice, and which of your workers could do its work twice without harm?
#
# ## Threats to validity
#
# - **Construct.** The cost of an answer is planted (a hash), so that capacity is known; a model on a GPU answers many rows at once, which turns both the queue and batch to their favour. *Handled twice* counts what was
#   given out twice, whether or not the first answer had been kept.
# - **Internal.** Generator, fronts and workers share two cores. How much more the generator can do than what it offered in the bursts, and how late it was, stands above: below three times, as on slow cores in the larger burst, it is part of what makes callers wait. Its lateness counts as waiting, in all forms alike. It holds 256 connections at most, which is kind to the forms
#   in which all wait. The wait for a queue's answer counts until it is kept; a caller who looks once a second learns of it later.
# - **External.** Questions are evenly spaced: real ones come in clumps, so that waits grow before the capacity is reached. One disk: how long it takes to keep something is its affair. Redis keeps what it is told to keep only if it is set up so (`appendfsync always`); what is killed here are workers, not Redis.
# - **Conclusion.** One burst a form. Half of what it shows is arithmetic and marked so; what a form does beside it is large enough to be seen once.
