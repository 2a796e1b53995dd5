# %% [markdown]
# # 18. How many pipes?
#
# **Keeping the output of every step cost CPU and paid at no rate of deaths that we tried; what stops a wrong number is one place that knows what each source must be like, in whichever form the job is.**
#
# **Your bet.** Every night a job takes data from six systems of other people, and makes the risks of tomorrow's flights and four reports.
#
# 1. A run is killed at a random moment and started again. How much of a run's CPU does one long script lose by that? And steps that keep their outputs?
# 2. Keeping outputs costs something on every night. From which share of dying runs on is it cheaper than starting again?
# 3. Six branches work side by side. How much sooner are they done than the script, where each source lets one wait 50 ms?
# 4. One source renames a column, or delivers a day late. In which form is an output wrong, and nobody told?
# 5. In how many places do you write a new credential?

# %%
import inspect
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.training.one_long_script.job import Job as Script
from antipatterns.training.too_many_pipes import branches
from antipatterns.training.too_many_pipes.job import Job as Branches
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.how_many_pipes import TODAY, make_systems, tell_break_even, tell_rate
from lab.patterns.nightly_changes import SILENT, install, live_through
from lab.patterns.nightly_deaths import MARGIN, read_outputs, read_parts
from lab.patterns.nightly_runs import run_night
from lab.patterns.source_server import serve
from lab.patterns.source_systems import LATE, RENAMED, Change
from measure.data.days import Estimate
from measure.figures import turn_chart
from parts.stored_steps import stored_steps
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.training.pipeline_training.access import SOURCES
from reference.training.pipeline_training.job import Job as Steps

FORMS = {"one_long_script": Script, "too_many_pipes": Branches, "pipeline_training": Steps}
SAID = {"one_long_script": "script", "too_many_pipes": "branches", "pipeline_training": "steps"}

# %%
result = record_of("how_many_pipes").value(RESULT)
print("recorded on", record_of("how_many_pipes").made(RESULT)["date"])

# %% [markdown]
# ## Three forms
#
# All three make the same five outputs from the same six sources, with the same functions ([`problem/nightly.py`](../problem/nightly.py)). They differ in how they
# fetch, what they keep, and in which order they work.

# %%
show_picture(lambda path: draw_sides("how_many_pipes", path))

# %% [markdown]
# Two of the six branches. Each is fine; they were written by two people.

# %%
print(inspect.getsource(branches.run_ground))
print(inspect.getsource(branches.run_carriers))

# %% [markdown]
# In the third form a source is a table of settings, and how to treat any source stands in one function:

# %%
print({name: dict(SOURCES[name]) for name in ("departures", "landings")})
print(inspect.getsource(stored_steps.Run.make))

# %% [markdown]
# ## What a death costs
#
# *Storing* is what keeping all outputs costs; *lost* is what a death at a random moment costs on average. Shares of what making the outputs costs. From that the
# break-even follows before anything has died: the share of dying runs from which on keeping is cheaper.

# %%
sizes = pd.DataFrame(result["sizes"]).drop(columns=["parts", "every"])
sizes.columns = ["flights", "storing", "lost by the script", "lost by steps", "break-even"]
print(sizes.to_string(index=False, float_format="{:.3f}".format))

# %% [markdown]
# Then 200 runs were killed, in real processes and at moments spread over the whole run, and each was started again. Where the two curves of CPU really cross:

# %%
foreseen = {row["every"]: row for row in result["sizes"]}
for of in result["deaths"]:
    size, measured = foreseen[of["every"]], Estimate(**of["measured"])
    for name, died in of["died"].items():
        print(
            f"{size['flights']:6} flights, {SAID[name]:9} killed {len(died['died']):2} of {died['kills']}, right in the end: {died['right']}"
        )
    print(f"{'':6} break-even foreseen {tell_rate(size['foreseen'])}, by kills {tell_break_even(measured)}")

# %% [markdown]
# What the steps' own log cannot foresee: the run that goes on has to read again what it kept, and the layer costs something itself.
#
# ## Where it turns
#
# CPU of steps over that of the script, rework included. The grey band is what is not worth having. In a large cluster 17 % of training jobs were
# unsuccessful (Jeon et al. 2019); of a nightly job in routine we would expect 1 to 5 %.

# %%
points = {
    f"steps against script, {foreseen[of['every']]['flights']:,} flights": {
        row["rate"]: Estimate(row["value"] - 1, row["low"] - 1, row["high"] - 1) for row in of["rates"]
    }
    for of in result["deaths"]
}
dial = turn_chart.Dial("share of runs that die once", "{:.0%}")
title, unit = "CPU with stored outputs, against the script", "ratio of CPU minus 1 (less is better)"
show_picture(lambda path: turn_chart.draw(points, MARGIN - 1, dial, path, title, unit))

# %%
for of in result["deaths"]:
    print(f"{foreseen[of['every']]['flights']:,} flights")
    for row in of["rates"]:
        print(f"  {row['rate']:4.0%} of runs die   {Estimate(row['value'], row['low'], row['high'])}   {row['word']}")

# %% [markdown]
# ## Side by side
#
# Branches do not wait for one another. Wall seconds over those of the script, where every answer of a source takes so long:

# %%
waits = pd.DataFrame({f"{row['wait']:g} s": row["ratios"] for row in result["waits"]})
waits.index = [SAID.get(name, "steps, side by side") for name in waits.index]
print(waits.round(1).to_string())

# %% [markdown]
# ## Six sources change
#
# Each source renames a column, delivers a day late, delivers a little late, or changes its credential: 24 nights for each form, five outputs a night.

# %%
fates = {(SAID[name], kind): of for name, kinds in result["fates"].items() for kind, of in kinds.items()}
print(pd.DataFrame(fates).T.to_string())

# %% [markdown]
# Which of them nobody was told of. And how far the risks are off where the script takes a delivery that is a day late, on all flights:

# %%
for name, nights in result["nights"].items():
    for kind in result["fates"][name]:
        silent = {
            n["source"]: [o for o, fate in n["fates"].items() if fate == SILENT] for n in nights if n["kind"] == kind
        }
        if any(silent.values()):
            print(
                f"{SAID[name]:9} {kind}:",
                "; ".join(f"{source} ({', '.join(of)})" for source, of in silent.items() if of),
            )
print(
    "\nrisks off by:",
    {source: "none made" if far is None else round(far, 3) for source, far in result["stale"].items()},
)

# %% [markdown]
# Places that have to be written anew when a name or a credential changes (each was mended so, and came out right again):

# %%
places = pd.concat(
    {SAID[name]: pd.DataFrame(rows).set_index(["source", "kind"])["places"] for name, rows in result["places"].items()},
    axis=1,
)
print(places.to_string())
print("all right again:", all(row["right"] for rows in result["places"].values() for row in rows))

# %% [markdown]
# ## Live: one night
#
# A small night, of sources that take 0.3 seconds each. First a run of the steps dies, and the next one goes on:

# %%
folder, systems = Path(tempfile.mkdtemp()), make_systems(100)
with serve(systems, wait=0.3) as site:
    run_night(Steps, folder / "clean", site)
    killed = run_night(Steps, folder / "killed", site, kill_after=1.2)
    steps, kept = (len(read_parts(folder / name, site)) for name in ("clean", "killed"))
    run_night(Steps, folder / "killed", site)
    made = len(read_parts(folder / "killed", site))
print("killed:", killed.killed, "· some steps kept:", 0 < kept < steps, "· none made twice:", made == steps)

# %%
truth = read_outputs(folder / "clean", TODAY)
print("right in the end:", read_outputs(folder / "killed", TODAY) == truth)

# %% [markdown]
# Then the ramp's system calls its column otherwise, and the weather comes from the day before:

# %%
install(FORMS, folder, systems)
for change in (Change("departures", RENAMED), Change("weather", LATE)):
    print(f"\n{change.source}: {change.kind}")
    for name, make in FORMS.items():
        night = live_through(make, folder / name, systems, change, truth)
        print(
            f"  {SAID[name]:9}", {fate: [*night.fates.values()].count(fate) for fate in sorted({*night.fates.values()})}
        )
        for line in night.said:
            print(f"  {'':9}", line[:110])

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | six branches | an output comes out though a source fails; they wait at the same time; each has an owner | every author has a way of his own, so a change is an error here and a wrong number there |
# | one long script | the least code, one habit; nothing half done | one source takes every output with it; begins again |
# | steps, one access layer | says which source and what to mend; loses only what needs it; goes on where it died | CPU for storing each night; strict: no answer where a stale one would have done |
#
# **When to use which.** Measure two numbers in a week: what storing costs, and how many runs die. Below the break-even keep the script, but give it *one* way to
# its sources: what was wrong without a word came from the ways, not from the pipes. Keep outputs where runs are long (the larger the night,
# the smaller the share that storing takes), or where several outputs share steps. For each source write down how old it may be: that line decides between no answer and a stale one.
#
# A tool for this need not be large: [doit](https://pydoit.org) runs such steps from one file, and keeps none of them twice.
#
# ## To discuss
#
# 1. How many of your last hundred runs died, and where in the run?
# 2. Which of your sources may be a day old, and who decided that?
#
# ## Threats to validity
#
# - **Construct.** A death is a kill at a moment that is even over the run. Real runs die more often where they wait for others, and there the script has lost less.
# - **Internal.** We wrote all three forms; which branch checks what follows habits that we have met, not a sample of teams. A changed delivery keeps its form.
# - **External.** A night of a fraction of a second, whose imports count for none of the three; where one takes hours, storing is a smaller share of it and a death is dearer.
# - **Conclusion.** The interval of the break-even is over runs of one machine and one job.
