# %% [markdown]
# # 28. Too big to answer
#
# **A stack of four models is worth no more than one of them that answers a thousand times as fast; two stages beat the stack in the request only for callers who leave in the tens of milliseconds before it has spoken, or who ask faster than it answers, and all of that gain is the first stage's.**
#
# **Your bet.** A flight leaves in an hour: will it be late? A stack of four models had the least log loss when it was chosen; the study's learner, a hundred small trees, is one of the four.
#
# 1. By how many nats is the stack better than that one member, on three months that nobody looked at?
# 2. How long does the stack take for one answer, and how long the learner, compiled?
# 3. The stack answers in the request. At 10, 30 and 90 questions a second: how many of a hundred callers have an answer after a tenth of a second?
# 4. Or the learner answers now, and the stack's answer comes later. From which patience of the caller on is that no better than the stack alone?
# 5. Of a hundred decisions, how many does the second answer turn round, and are these then better?

# %%
import inspect
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd

from antipatterns.serving.online_bigsize import service as online_bigsize
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.too_big import read_rows
from lab.patterns.size_costs import WINDOW
from lab.patterns.size_verdicts import MARGIN, read_estimate
from lab.patterns.sized_models import make_flights, new_logistic
from lab.patterns.staged_rounds import SINGLY, STAGED, TOGETHER
from measure.figures import turn_chart
from parts.answer_desk.answer_desk import Desk
from parts.vector_models.compiled_scoring import by_graph
from parts.vector_models.vector_scoring import Scorer, by_pipeline
from problem.contract import FEATURES
from problem.facts import load_facts
from problem.learner import new_learner
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.serving.multi_stage import second_stage
from reference.serving.multi_stage import service as multi_stage

# %%
result = record_of("too_big").value(RESULT)
waits = pd.DataFrame(result["waits"])
print("recorded on", record_of("too_big").made(RESULT)["date"])
print("{:,} flights from January to September, {:,} from October to December".format(*result["flights"]))

# %% [markdown]
# ## Two ways to have the best model
#
# The stack is a plain mean of four: the learner, a larger one that learns more slowly, a network, and a forest of deep trees. It grew by a member a quarter, and was tried on a table of flights, all at once, where it took
# next to no time. In a service, flights come one by one. Within the months of training it was better than the learner alone, if by less than the margin (PREDICTIONS.md), and a regression on top, or another forest, was worse there.

# %%
show_picture(lambda path: draw_sides("too_big", path))

# %% [markdown]
# The exhibit is not naive. One thread asks the stack at a time, further questions wait or are refused, and by a setting all that wait are answered together:

# %%
print(inspect.getsource(online_bigsize.Turns.ask))
print(inspect.getsource(online_bigsize.Turns._answer_some))

# %% [markdown]
# In two stages, the first keeps the question before it answers. Whoever holds an id will find the second answer under it, whether or not anybody waits:

# %%
print(inspect.getsource(multi_stage.describe))
print(inspect.getsource(second_stage.answer_some))

# %% [markdown]
# ## Live: a second answer that nobody waits for
#
# Both stages in this process, with a regression as the big model: forty flights are asked about, the second stage takes eight of them and dies, another one takes over once their time is over.

# %%
flights = make_flights(load_facts(), every=150)
known, rows = flights.known, read_rows(flights.served)[:40]
first, second = (model.fit(known[list(FEATURES)], known["late"]) for model in (new_learner("late"), new_logistic()))
now = np.array(by_graph(first)(rows))
desk = Desk(Path(mkdtemp()) / "desk.db")
asked = [desk.accept(row) for row in rows]
print("taken, and never given:", len(desk.take(8, seconds=0.0)))
while second_stage.answer_some(desk, Scorer("regression/1", by_pipeline(second))):
    pass
later = [desk.find(each) for each in asked]
print(pd.Series([each.state for each in later]).value_counts().to_dict())
risk = np.array([each.prediction for each in later])
print(
    f"off by more than 0.05: {np.mean(np.abs(risk - now) > 0.05):.2f}; warned, or no more: {np.mean((risk * 3 > 1) != (now * 3 > 1)):.2f}"
)

# %% [markdown]
# ## What size is worth
#
# From the constant to the stack; *trio* is the stack without its forest. Mean log loss in nats on the last quarter, with 95 % intervals from days in blocks of a week; the difference to the study's learner on the same days. A constant and a table of rates by carrier, airport and hour stand beside the models.

# %%
for row in result["sizes"]:
    loss, learner = read_estimate(row["loss"]), row["to_learner"]
    print(f"{row['size']:9} {loss}  to the learner {read_estimate(learner)}: {learner['word']};", end=" ")
    print("to the stack:", row["to_stack"]["word"])
print("the smallest that the stack does not beat by a margin worth having:", result["enough"])

# %% [markdown]
# Larger models may want more to learn from. The learner and its grown form, fitted on one known flight in sixteen, in four (as above), and on all, judged on the same flights:

# %%
for row in result["rows"]:
    learner, grown, difference = (read_estimate(row[name]) for name in ("learner", "grown", "difference"))
    print(
        f"{row['flights']:7,} flights: learner {learner}, grown {grown}; grown less learner {difference}: {row['difference']['word']}"
    )

# %% [markdown]
# So there is a size from which on nothing is gained, and it is a small one. A second stage would have to stand behind a first model that is smaller still; the last column says behind which.
#
# And what it takes. One flight at a time, milliseconds (p50, p99), asked of the model itself, without a network; then milliseconds a flight where 512 are asked about at once, and their ratio, least and most of three rounds.

# %%
costs = pd.DataFrame(result["costs"]).T
costs["a flight of 512"] = costs["together"].map(np.median)
costs["ratio"] = costs["ratio"].map(lambda of: f"{of['value']:.3f} [{of['low']:.3f}, {of['high']:.3f}]")
print(costs[["p50", "p99", "a flight of 512", "ratio"]].astype({"p50": float, "p99": float}).round(4).to_string())

# %%
loss = {row["size"]: read_estimate(row["to_learner"]) for row in result["sizes"]}
points = {"asked by scikit-learn": [], "compiled": []}
for name, of in result["costs"].items():
    size, _, kind = name.partition(", ")
    points[kind or "asked by scikit-learn"].append(turn_chart.Point(size, of["p99"], loss[size]))
title, words = "What size is worth, and what it takes", ("p99 of one answer, ms", "nats against the learner", "log")
show_picture(lambda path: turn_chart.draw_trade(points, MARGIN, path, title, *words))

# %%
for name, each in points.items():
    print(f"{name}: " + "; ".join(f"{p.name} {p.gain:.2f} ms {p.cost.value:+.4f}" for p in each))

# %% [markdown]
# ## Who has an answer, and when
#
# Real services on this machine, questions at a fixed rate (open loop), three rounds by turns. Milliseconds until the first answer (empty: none; `none`: questions without one), and the shares of callers who have it within a tenth of a second and within a second; below, the same for the final answer.


# %%
def within(row, name, patience):
    """The share of callers who have that answer so soon."""
    return next(each["value"] for each in row["within"][name] if each["patience"] == patience)


table = waits[["way", "rate", "none"]].copy()
for name in ("first", "final"):
    for quantile in ("p50", "p99"):
        table[f"{name} {quantile}"] = [row["ms"][name][quantile] for row in result["waits"]]
    for patience in (0.1, 1.0):
        table[f"in {patience:g} s"] = [within(row, name, patience) for row in result["waits"]]
    print(table.astype({f"{name} p99": float, f"{name} p50": float}).round(2).to_string(index=False, na_rep=""))
    table = table[["way", "rate", "none"]].copy()
print(f"generator: at most {result['ceiling']:,.0f} a second; late by at most {max(waits['lag']):.1f} ms")

# %% [markdown]
# **The caller's patience.** When it ends, a caller goes by the best answer that has come, and by the table of rates if none has. Nats of two stages less nats of the stack in the request; below the band two stages are better.

# %%
found = {(rate, row["rival"]): row for rate, rows in result["against"].items() for row in rows}
lines = {
    f"{rate}/s, {'singly' if way == SINGLY else way}": {
        each["patience"]: read_estimate(each) for each in found[rate, way]["patience"]
    }
    for rate, way in (("10", SINGLY), ("30", SINGLY), ("30", TOGETHER), ("90", TOGETHER))
}
dial = turn_chart.Dial("patience of the caller, seconds")
title, unit = "Two stages against the stack in the request", "nats an answer (less is better)"
show_picture(lambda path: turn_chart.draw(lines, MARGIN, dial, path, title, unit))

# %%
for (rate, rival), row in found.items():
    values = "  ".join(f"{each['patience']:g} s {each['value']:+.3f}" for each in row["patience"])
    until = {None: "at any patience", 0.0: "nowhere"}.get(row["turn"], f"below {row['turn']} s")
    print(f"{rate:>3} a second, against {rival}: better {until}\n    {values}")

# %% [markdown]
# The last line of each rate is the one to look at: two stages against *their own first answer alone*. That is what the second stage buys.
#
# ## First answers that change
#
# The share of answers that the second one moves, and of decisions that flip: one warns if the risk times the price is above 1, where a late flight of which nobody was warned costs as much as so many warnings.

# %%
print({f"off by more than {off}": f"{read_estimate(of)}" for off, of in result["changes"]["moved"].items()})
for row in result["changes"]["decisions"]:
    flips, right, cost = (read_estimate(row[name]) for name in ("flips", "right", "cost"))
    print(
        f"price {row['price']:>2}: flip {flips}; of these right {right}; dearer by {cost} warnings: {row['cost']['word']}"
    )

# %% [markdown]
# **Second answers nobody waited for**: the share that comes after the caller has gone, by patience. They cost as much as the others.

# %%
late = {
    f"{row['rate']} a second": {f"{each['patience']:g} s": 1 - each["value"] for each in row["within"]["final"]}
    for row in result["waits"]
    if row["way"] == STAGED
}
print(pd.DataFrame(late).T.round(2).to_string())
print(
    "second answers lost:",
    waits["lost"].sum(),
    " not the stack's:",
    waits["wrong"].sum(),
    " over a kill:",
    result["killed"],
)
print("CPU a question at the lowest rate, two stages over one at a time:", f"{read_estimate(result['cpu'])}")

# %% [markdown]
# ## A window that is overrun
#
# All answers may be prepared instead, if a run ends before the features are refreshed again. Flights that fifteen minutes hold, *by arithmetic* on the seconds above; and, really run, the share of flights that are answered when a short window is over that has twice as many as it holds one at a time (so that about a half is *by construction* there; the question is what the other way makes of it).

# %%
held = pd.DataFrame({name: of["window"] for name, of in result["costs"].items()}).T
print(f"flights in {WINDOW / 60:.0f} minutes:")
print(held.map(lambda flights: f"{flights:,.0f}").to_string())
print(
    "answered in the window:", {way: [round(share, 2) for share in shares] for way, shares in result["overrun"].items()}
)

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | the stack in the request | one answer, the best there is; one process; what cannot be answered is seen at once | nothing for whoever waits less than the stack takes; one at a time, refuses soon |
# | the same, waiting questions together | holds many times the rate, by twenty lines | the wait at rest stays |
# | two stages | an answer at once at any rate; second answers outlive a crash; the stack is asked about many at once | two models to release, a desk to look after, a caller with two answers that differ; works for whoever has gone, too |
# | the small model alone | all that most callers ever use of two stages, in microseconds | whatever the big one knows besides |
#
# **When to use which.** Begin with the difference in nats and its interval: if it is not worth having, no way to serve it is. Then look at *how* the model is called before how large it is: compiled, or about many at once, the same model may be
# a hundred times as fast. Look at how much there is to learn from, too: larger trees want more flights before they want company, and compiled they still cost microseconds. Two stages are for what is left: a model that is better by a margin, slower than callers wait, and a use for an answer that comes when they have gone. Where all answers can be prepared within a window, prepare them.
#
# ## To discuss
#
# 1. Your largest model: by how much is it better than the smallest of its parts, on days that neither has seen, and does the interval hold 0?
# 2. Who of your callers could do something with an answer that comes a second later? What do they do when it contradicts the first?
#
# ## Threats to validity
#
# - **Construct.** Nats are an average over flights; when an answer comes is taken not to depend on what is asked. A caller who gets two answers may trust neither: that price is not in here.
# - **Internal.** The stack is served as it was fitted, by scikit-learn, and most of a single answer is the way there, not the trees: the last column of the costs shows it. Forests in a compiled runtime would answer in milliseconds (this repository compiles boosted trees only). Settings of the larger models are ours, chosen on months of training; services and generator share two cores. The exhibit has at most sixteen questions under way, and the shell as many threads as cores and four more, so no more are answered together; a team that raised both would hold a higher rate, with the same wait at rest.
# - **External.** On this table, trees of a certain size know all there is to know from these features. Where models see pictures or text, size does buy something, and the way from there to the verdicts here is the same arithmetic.
# - **Conclusion.** Thirteen weeks, one flight in four; with more flights to learn from, the larger trees gain on the smaller ones, and where that ends is beyond this table. Rounds are three, of about a second each: shares at a rate are good to some hundredths, a p99 of so few answers is about their largest.
