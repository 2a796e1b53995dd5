# %% [markdown]
# # 5b. Skew: who pays
#
# **Rows that differ, an evaluation that is wrong, and users who are served worse are three different things, and a gap of zero excludes only the second, on the rows that it was measured on.**
#
# **Your bet.**
#
# 1. Is serving always worse than believed? In how many of nine months?
# 2. Several causes of skew, cured one at a time: do the effects add up to the whole? Does every cure help?
# 3. A system without any skew against one that is skewed in every row: who predicts better?
# 4. Training and serving agree on every row, and belief and service to the last digit. Can the model still have been fitted on a leak?
# 5. Training reads the latest value of each key instead of that of the instant asked. Does the gap see it, and what do users pay?
# 6. The warehouse corrects some landings days later. Does the gap follow the rows that differ then?
#
# How many rows differ, and who would notice, was [lesson 5a](05a_rows_and_monitors.ipynb).

# %%
import numpy as np
import pandas as pd

from lab.engine.workspace import results_folder
from lab.study.results import read_study_results
from lab.study.rulers import causes, interval_widths, refits, troubles
from lab.study.rulers.beliefs import Beliefs
from lab.study.rulers.skill import describe_simple
from lab.study.scorecard import read_rows
from lab.study.verdicts import judge_row, read_margins
from measure.data import ablation, worlds
from measure.data.believed import believed_vs_served, log_loss_gap
from measure.data.comparison import Word, judge_difference
from measure.data.days import Days, Estimate, estimate, sum_by_day
from measure.data.scores import log_losses
from measure.figures import trouble_panels
from problem.contract import KEYS
from problem.facts import load_facts
from problem.questions import NEW_YORK
from publish.notebooks.notebook_picture import show_picture

ON, WIDTH = list(KEYS), 760  # pixels
SKEWED = {"monolith": "batch", "split": "real_time"}
RIVALS = {"monolith": "batch", "modular_monolith": "batch", "split": "real_time", "shared_split": "real_time"}
study = read_study_results()
late = load_facts().outcomes.set_index("flight_id")["late"].astype(bool)
MARGIN = read_margins()["nats"].least
print(f"the least difference worth having, set beforehand: {MARGIN} nats")

# %% [markdown]
# ## 1. Believed and served
#
# The same rows, the same model; once the offline features, once those served. Log loss first, as it punishes wrong confidence; AUC
# knows the order only. Brackets are 95 % intervals, drawn by weeks.
#
# *Predict:* is every gap above 0 (serving worse than believed)?

# %%
answers = {}
for name in study.systems:
    offline = study.table(f"serve-{name}", "offline", [*ON, "prediction"])
    for mode, served in study.by_mode(f"serve-{name}", "served"):
        both = served[[*ON, "prediction", "replayed"]].merge(offline, on=ON, suffixes=("", "_believed"))
        day = both["asked_at"].dt.tz_convert(NEW_YORK).dt.normalize()
        answers[name, mode] = both.assign(late=both["flight_id"].map(late), day=day).set_index("flight_id").sort_index()

# %%
beliefs = {
    k: believed_vs_served(a["late"], a["day"], a["prediction_believed"], a["prediction"]) for k, a in answers.items()
}
for (name, mode), b in beliefs.items():
    print(f"{name}, {mode}: {b.rows:,} answers, decisions flipped {b.flips}")
    for score, gap in (("log_loss", b.log_loss_gap), ("auc", b.auc_gap)):
        before, after = (getattr(quality, score).value for quality in (b.believed, b.served))
        print(f"    {score:10}believed {before:.3f}   served {after:.3f}   gap {gap}")
print("log loss,", describe_simple(study, "fti", "batch"))

# %% [markdown]
# A log loss gap above 0 flatters: more was promised than is served. One below 0 would insult; the belief is wrong either way. Where
# the bracket holds 0 these months cannot tell, though all rows differ and decisions flip. And the two scores need not agree, as log
# loss also asks how sure a model is.
#
# Where vectors are equal (FTI, the modular monolith), gaps and flips are 0 *by construction*. That says that the promise is kept, not that
# it is a good one.
#
# *Flips at another threshold.* 0.5 is the deployed one; the cheapest decision may lie elsewhere. *Predict:* more flips at a lower one, or
# fewer? *Try this:* put your own in.

# %%
for threshold in (0.2, 0.35, 0.5):
    flips = {
        name: ((answers[name, mode][["prediction", "prediction_believed"]] >= threshold).sum(axis=1) == 1).mean()
        for name, mode in SKEWED.items()
    }
    print(
        f"late from {threshold:.2f} on:  decisions that flip ", {name: f"{share:.1%}" for name, share in flips.items()}
    )

# %% [markdown]
# ### And the oracle?
#
# The third set of features is the truth at the instant asked. The oracle is slow, so this is a sample: 1,000 answers of each
# system, which the study holds against it before all else. (FTI's sample was held against the oracle at the age of its store; here its features are those of a refresh after each
# event.) *Predict:* would fresher features have helped, and whom?

# %%
sample = pd.DataFrame(row for row in Beliefs(study).held() if row.key == "held_loss")
sample["log loss"] = [f"{of.value:.3f} [{of.low:.3f}, {of.high:.3f}]" for of in sample.itertuples()]
beside = sample.pivot(index=["system", "mode"], columns="part", values="log loss")[["believed", "served", "oracle"]]
print(beside.rename_axis(index=[None, None], columns=None).to_string())
print("on all answers,", describe_simple(study, "fti", "batch"))

# %% [markdown]
# A system without a store answers from what is known now, so what it serves is what the oracle gives. What it believes is another matter.
#
# ### Nine worlds
#
# The brackets know the days of one autumn. Would another season say the same? Train on three months, serve the next, nine times.
#
# *Predict:* in how many of nine worlds is the split's gap above 0? And the monolith's?

# %%
monthly = {}
for name in study.systems:
    for mode, world in study.by_mode(f"worlds-{name}", "worlds"):
        monthly[name, mode] = world.set_index(world["origin"].dt.tz_convert(NEW_YORK).dt.strftime("%b"))
gaps = {key: worlds.over_worlds((of["served"] - of["believed"]).to_dict()) for key, of in monthly.items()}
for (name, mode), gap in gaps.items():
    print(f"gap, {name:17}{mode:10}: {gap}")
for name, mode in RIVALS.items():
    lead = worlds.over_worlds((monthly[name, mode]["served"] - monthly["fti", mode]["served"]).to_dict())
    print(f"served log loss, {name:16} minus FTI: {lead}")

# %%
what = "served − believed log loss"
drawn = {key: gap for key, gap in gaps.items() if key[0] in (*SKEWED, "shared_split")}  # that of the others is 0
show_picture(lambda path: worlds.draw(drawn, what, path, "The gap between belief and service, by month"), width=WIDTH)

# %% [markdown]
# The last four lines are about something else than the gaps: not how wrong the belief is, but who serves better (above 0: FTI). Look whether
# they keep their sign from month to month before you quote one season for another. A model fitted on three months also meets the unknown
# more often than the study's, which had nine.
#
# ## 2. Which cause costs what
#
# A gap has several causes, and they need not add up: one may hide another, or undo it. Each has a patch that removes it from the
# training path (lessons 2 and 3). Cure all of them but one, or one of them alone; train again every time; predict on the vectors that
# were really served. For every choice of cures:
#
# - the **gap**, served minus believed log loss: how wrong the offline evaluation is;
# - the **harm**: the served log loss minus that of the model trained with *all* cures, on the same served vectors. That is what the
#   user pays;
# - the **promise**, gap minus harm: what was never true, as nobody could have served it. (*Rows*: the share that differs.)
#
# *Left alone* is the only cause that is left. The last lines are read the other way: what curing one cause only takes off *none cured*.
#
# *Predict:* which is larger in the split, its harm or the empty promise? Is any harm below 0?

# %%
ablated = {name: causes.list_parts(name, causes.read_ablation(study, name)) for name in (*SKEWED, "shared_split")}
for name in SKEWED:
    print(f"\n{name:42}{'rows':8}{'gap':24}{'harm':24}promise")
    for part, of in ablated[name].items():
        told = part.replace(causes.ALONE, "saved by curing only ")
        print(f"  {told:40}{of.skewed.value:<8.1%}{of.gap!s:24}{of.harm!s:24}{of.promise}")

# %%
for name, effects in ablated.items():
    whole = effects[causes.NONE]
    print(f"{name}: gap {whole.gap}\n    = harm {whole.harm}\n    + empty promise {whole.promise}")
    for said, sign in (("below 0: these cures would cost", -1), ("above 0: these would pay", 1)):
        harms = {part: of.harm for part, of in effects.items()}
        of = [f"{part:37} {harm}" for part, harm in harms.items() if min(sign * harm.low, sign * harm.high) > 0]
        print(f"    harms wholly {said}", *(of or ["none"]), sep="\n        ")
left = {part: of for part, of in ablated["split"].items() if not part.startswith(causes.ALONE)}
show_picture(lambda path: ablation.draw(left, "split", path, ("gap", "harm")), width=WIDTH)

# %% [markdown]
# - **A promise is paid by nobody.** It is leakage: the evaluation knew what nobody could know when the question was asked. No architecture
#   would have served that; the honest evaluation is simply worse. Look which cause brings most of it (lesson 1 followed it through a day).
# - **Harm is what users pay.** Look at its size before its bracket: less than the margin is no reason to change a system,
#   each arm is one fit of a model, and of two dozen brackets one or two miss by chance. A cause may stand on both lists, as what its cure
#   brings depends on the others.
# - **The order by gap need not be the order by harm**, nor that by rows: look at the weather, taken from another hour in nearly
#   all rows, and at what it does.
# - **One shared library**: compare the last lines with the split's. With all cures no system here has any skew.
#
# ### Do they add up?
#
# *Predict:* the sum over the causes, each the only one left, against the whole.

# %%
for name in SKEWED:
    effects = ablated[name]
    print(f"{name:10}{'rows':>8}{'gap':>9}{'harm':>9}")
    for said, prefix in (("sum, left alone", causes.LEFT), ("sum, saved by curing alone", causes.ALONE)):
        of = [effect for part, effect in effects.items() if part.startswith(prefix)]
        rows, gap, harm = (sum(getattr(effect, key).value for effect in of) for key in ("skewed", "gap", "harm"))
        print(f"    {said:28}{rows:>8.0%}{gap:>9.3f}{harm:>9.3f}")
    every, none = effects[causes.ALL], effects[causes.NONE]
    print(f"    {'the whole':28}{none.skewed.value - every.skewed.value:>8.0%}", end="")
    print(f"{none.gap.value - every.gap.value:>9.3f}{none.harm.value - every.harm.value:>9.3f}")

# %% [markdown]
# Rows cannot add up: several causes spoil one row, so each looks almost total by itself, and curing one alone saves almost none. Nothing
# makes gaps or harms add up either: one cause may hide another, or undo it. Judge a cause by both figures, or say which you use. (*Own
# operationalisation*; the table above has the interval of every arm, sums have none.)
#
# There is no row for FTI here, and that is not a score: its shape leaves no second definition in which a cause could stand. All its zeros in
# these lessons follow from that one fact, so count them once. Its own marked cause, the last refresh, makes features old and not different:
# [lesson 14](14_freshness.ipynb) has what that costs. The modular monolith has no marked cause at all.
#
# ## 3. No skew is not the same as good predictions
#
# What counts is the served answer. The same questions, FTI against each of the others, paired by week; below 0, FTI is *better*. The words: *no
# difference worth having* if the whole bracket lies within the margin; *better* or *worse* if it lies on one side of 0 and the value reaches the
# margin; otherwise *cannot tell*.

# %%
print("FTI's log loss minus that of")
for name, mode in RIVALS.items():
    own, rival = answers["fti", mode], answers[name, mode]
    for said, rows in (("all", slice(None)), ("live", own["replayed"].to_numpy()))[: 1 + (mode == "real_time")]:
        mine, theirs = own[rows], rival[rows]
        less = log_loss_gap(mine["late"], mine["day"], theirs["prediction"], mine["prediction"])
        print(f"    {name:18}{said:6}{len(mine):>7,} answers   {less!s:26}{judge_difference(less, MARGIN)}")

# %% [markdown]
# Hold that against the rows that differ (lesson 5a). The seven *live* days are few for a bootstrap; where they and the whole quarter
# disagree, believe the quarter. Before you credit a shape, hold it against its rival with all causes cured, too: no store, no registry,
# patches only.
#
# *Predict:* what is left of FTI's leads?

# %%
print("FTI's log loss minus that of")
for name in ablated:
    mode = RIVALS[name]
    arms, own = study.table(f"causes-{name}", "arms"), answers["fti", mode]
    mine = sum_by_day(own["day"], {"loss": log_losses(own["late"].to_numpy(bool), own["prediction"].to_numpy(float))})
    for arm in (causes.NONE, causes.ALL):
        theirs, days = arms[arms["arm"] == arm], Days(mine["day"])
        less = estimate(days.ratios(mine["loss"], mine["rows"]) - days.ratios(theirs["served"], theirs["rows"]))
        print(f"    {name:18}{arm:17}{less!s:26}{judge_difference(less, MARGIN)}")

# %% [markdown]
# The lines of the cured rivals say what accuracy a store buys that a careful team with a replay test would not have as well. What it buys
# besides is that nobody needs to be careful at that place; whether that is worth its price is the question of lesson 8.
#
# ### One fit, or several
#
# Brackets so far know which weeks were served, and take the fit for given. So fit each model again, several times, each time on weeks drawn from
# the training months (the same for all systems), and let a bracket hold both kinds of luck. *Predict:* which of the leads is left?

# %%
words = {}
for row in (row for row in refits.rows(study) if row.key == "refit_lead" and RIVALS.get(row.system) == row.mode):
    own, rival = answers["fti", row.mode], answers[row.system, row.mode]
    one = log_loss_gap(own["late"], own["day"], rival["prediction"], own["prediction"])
    several = Estimate(-row.value, -row.high, -row.low)  # the row is the rival's minus FTI's
    words[row.system] = [judge_difference(less, MARGIN) for less in (one, several)]
    for said, less, word in zip(("one fit", "several fits"), (one, several), words[row.system], strict=True):
        print(f"FTI's log loss minus that of {row.system:18}{said:14}{less!s:26}{word}")
print("the word is another over several fits:", *[name for name, of in words.items() if len({*of}) > 1] or ["nowhere"])

# %% [markdown]
# A lead of one fit may vanish over several: then it was the luck of that fit. And *no difference* may become *cannot tell*, as a bracket that
# holds two kinds of luck is the wider one. A word that is the same in both lines, and is not *cannot tell*, does not hang on one fit.
#
# And the luck of the weeks? A storm or a holiday lasts for days. *Predict:* how much wider is a bracket drawn by weeks than one by single days?

# %%
wider = pd.DataFrame(row for row in interval_widths.rows(study) if RIVALS.get(row.system) == row.mode)
widths = wider.pivot(index="part", columns="system", values="value").astype(float).round(1)
print("width of a bracket by weeks over that by single days")
print(widths.rename_axis(None).to_string(na_rep="–"))

# %% [markdown]
# Two systems that answer the same questions share their storms, so the bracket of a difference may grow less than that of a loss. A gap that is
# always 0 has no width.
#
# ### In a messy world
#
# Lesson 5a had landings reported late and corrected afterwards, results that come late, and writes that get lost, and
# counted the rows. Each system was trained and served in each such world, on one day in three (so *none* need not equal section 1). *Harm* here: the
# served log loss over that of the same system without troubles.
#
# *Predict:* a correction makes training read other values than service did. What does the evaluation lose by it? And the user?

# %%
modes, alike = {}, []
for name in study.systems:
    for mode, table in study.by_mode(f"messy-{name}", "arms"):
        effects = troubles.measure_arms(troubles.split_arms(table), troubles.NONE)
        modes.setdefault(mode, {})[name] = effects
        print(f"{name + ', ' + mode:32}{'rows':9}{'gap':26}harm")
        for part in (part for part in troubles.PARTS if part in effects):
            of = effects[part]
            print(f"    {part:28}{of.skewed.value:<9.1%}{of.gap!s:26}{of.harm}")
            if of.skewed.value >= 0.5 and judge_difference(of.gap, MARGIN) == Word.NO_DIFFERENCE:
                alike.append(f"{name}, {mode}: {part}")
print(
    "half of the rows or more differ, and the gap is no difference worth having:", *alike or ["nowhere"], sep="\n    "
)

# %%
title = "A messy world, batch: each trouble alone, and all"
show_picture(lambda path: trouble_panels.draw(modes["batch"], troubles.PARTS, troubles.SHOWN, path, title), width=680)

# %% [markdown]
# Rows, gap and harm are three questions here, too. Some minutes more in a mean over four weeks can make a row another row without making another
# prediction: the list above says where that is so. Look before you page somebody for rows. And the reverse: a trouble that both sides see alike (late
# reports, where both ask when a row was known) need move no row and no gap, and may cost the user all the same, as less is known: hold such a harm
# against the margin. A harm below 0 is the luck of one fit or of few weeks; no trouble helps.
#
# So a zero of rows is worth what it saves. It says that the evaluation was made from what was served, and nobody has to ask how much a difference
# matters. Who has no zero needs a table like this one, and needs it again for every model and every new kind of correction.
#
# ## 4. What a gap of 0 cannot see
#
# All rulers so far compare two sides. If both sides are wrong alike, none of them moves. A toy: half of all flights are late; what can be known an hour
# before tells it in 7 of 10 cases, what stands in the warehouse a day later in 9 of 10. A store was backfilled from the warehouse, so the
# model was *fitted* on the leak. Since then every row is written live, so belief and service are asked with the same, honest value.
#
# *Predict:* the gap, and the loss beside that of a model that never saw the leak.

# %%
draw = np.random.default_rng(0)
truth = draw.random(20_000) < 0.5
honest, leaked = (np.where(draw.random(len(truth)) < right, truth, ~truth) for right in (0.7, 0.9))
days = np.arange(len(truth)) % 50
for said, fitted_on in (("fitted on the leak", leaked), ("fitted on what was known", honest)):
    rates = pd.Series(truth).groupby(fitted_on).mean()  # the model: a rate for each value of the feature
    asked = rates.reindex(honest).to_numpy()  # in the evaluation and in service: with the same value
    gap, loss = believed_vs_served(truth, days, asked, asked).log_loss_gap, log_losses(truth, asked).mean()
    print(f"{said:26}gap {gap.value:.3f}, served log loss {loss:.2f}")
constant = log_losses(truth, np.full(len(truth), truth.mean())).mean()
print(f"beside them: constant {constant:.2f}, table {loss:.2f} (the second line is such a table of rates)")

# %% [markdown]
# The rulers of lesson 5a and the gap are blind to it, and they are right: both sides *do* agree. Only a third party sees it, one that knows
# what could be known: an oracle at the instant asked, asked about rows of *training*, too, or a model fitted on what was really
# logged. Ask of any "no skew": on which rows, and since when?
#
# ### The same in FTI's own store
#
# One store, five ways for training to read it. *As of*: what each question could have seen. *Latest value*: a join by key alone, the value that
# stands there when the training set is made. And three *leaky fills*, read as of each question, from a history that knew too much before the
# cut-off; since then every row is honest. They differ in how far ahead the leak looks:
#
# - *leaky fill*: windows by scheduled departure, so hours ahead at the most;
# - *last leg too*: the aircraft's last leg goes by that clock as well;
# - *stamped at their start*: each window bears its first instant, as `resample` has it unless told otherwise, so it looks two hours, a day or 28 days ahead.
#
# All are served alike, as FTI serves.
#
# *Predict:* what does the gap say of each? Which costs the user most?

# %%
reads = [row for row in read_rows(results_folder()) if row.key.startswith("store_") and row.value is not None]
for row in (row for row in reads if row.key == "store_skew"):
    of = {other.key: other for other in reads if (other.mode, other.part) == (row.mode, row.part)}
    gap, loss, harm = (of[f"store_{key}"] for key in ("gap", "loss", "harm"))
    print(f"{row.mode:11}{row.part}: rows that differ {row.value:.0%}, gap {Estimate(gap.value, *gap.interval)}")
    print(f"{'':11}    served {loss.value:.3f}, over as of {Estimate(harm.value, *harm.interval)}: {judge_row(harm)}")
print(describe_simple(study, "fti", "real_time"))

# %% [markdown]
# A join that knows no time gives training other values than service, so both rulers can see it. The leaks lie before the cut-off, on rows that
# nobody will ask about again, so both rulers say 0 *by construction*, whatever they cost. What they cost stands at the end of the second lines;
# hold what is served against the constant, too. PREDICTIONS.md expected harm beyond the margin of all three in real time.
#
# Where could it have shown? In the usual test before a release: fit up to August, try on September as the store has it.
#
# *Predict:* which read promises more than the honest one?

# %%
for row in (row for row in reads if row.key == "store_promise"):
    promise = Estimate(row.value, *row.interval)
    print(f"{row.mode:11}{row.part}: loss promised, minus the honest read's {promise}")
print("below 0, promised more than the honest read: ", end="")
print(", ".join(f"{row.part} ({row.mode})" for row in reads if row.key == "store_promise" and row.high < 0) or "none")

# %% [markdown]
# A bracket wholly below 0 is a promise that flatters: the model is tried on rows with the same fault in them. Nobody sees it who has no honest
# read beside it, and in service it is gone. PREDICTIONS.md expected that of the first leaky fill for both kinds of question. Where a bracket is not below
# 0, do not conclude that there is no leak: these were built in.
#
# ## Where the anti-pattern wins
#
# - **Skew in every row need not be a loss**: the lines of section 3 say whether these months could tell.
# - **The shape does not force skew**: patches, or one function that both sides call on the same facts at the same instant (the modular
#   monolith), remove it. A shared library alone need not.
#
# What FTI has instead: an evaluation that can be believed as it stands, if its history was not written from the future.
#
# ## To discuss
#
# 1. You find skew in every row, and the ablation cannot tell its harm from 0. Do you cure it? What do you tell the owner?
# 2. The cure of a leak makes the offline evaluation look worse. Who has to hear that before it is shipped?
# 3. Your store was backfilled once. From which tables, and who could still find out what they knew when?
# 4. Some landings are corrected each month, and you are to add a feature. From which values do you fill its history, and what do you give up?

# %% [markdown]
# ## Threats to validity
#
# - **Construct.** Harm compares models fitted on different tables, so a part of it is the luck of one fit; the brackets know the served days only.
# - **Internal.** We chose the causes, and we wrote every system. Each is a line that a review may pass; together they are not a typical
#   system. Look at the scheduled clock alone.
# - **FTI's zeros.** Real-time answers were replayed live on seven days; the others are read from the history, and tests hold both equal.
# - **The messy world.** Assumed rates, one day in three: few weeks for a bracket. The models are fitted anew where the warehouse differs, so harm
#   holds the luck of a fit. Real-time answers of FTI are recalled from what was written; some hours were really asked.
# - **The reads.** Three leaks, nine months long, in a store that is otherwise honest; the last two were added when the first had cost less than expected.
# - **External.** One city, one year; a clock that is simulated; outside the messy world, refreshes that take no time and no lost writes.
# - **Conclusion.** Only the part on several fits knows that a fit is luck, and it has few of them. "Its bracket holds 0" does not mean equal.
#   Nine worlds overlap in their training months and are not independent.
