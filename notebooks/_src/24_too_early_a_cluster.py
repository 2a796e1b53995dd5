# %% [markdown]
# # 24. Too early a cluster
#
# **A cluster's settings are checked on a laptop no worse than a process's, but there are so many that it holds most of those that nobody would miss: go on to the next place when you need what only it gives.**
#
# **Your bet.** One small service, declared for five places: a process under a supervisor, a container with a Compose file, two managed services, a cluster.
#
# 1. How many settings does each declare?
# 2. Every setting is changed by itself. What share of these changes does anybody find on a laptop: a schema, a name that leads nowhere, a suite of tests on the started process? And in the cluster's files?
# 3. How many of them does the schema find alone?
# 4. Of twelve things that one may want of a place to run, how many does each give? Which does the cluster alone give?
# 5. How many steps is it to the first answer, and how many back to the release before?

# %%
import tempfile
from pathlib import Path

import pandas as pd

from antipatterns.release import kubernetes_too_early
from antipatterns.release.kubernetes_too_early import deployment as cluster
from lab.patterns.declared_service import read_declared
from lab.patterns.declared_settings import Setting, change_setting
from lab.patterns.declared_way import Broken
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.experiments.too_early_a_cluster import ORDER, WANTED, read_rungs
from lab.patterns.service_conformance import conform
from lab.patterns.service_models import put_models
from lab.patterns.setting_finders import FINDERS
from publish.notebooks.notebook_picture import show_picture
from publish.notebooks.pattern_pictures import draw_sides
from reference.release import process_then_container
from reference.release.process_then_container import deployment as path

# %%
result = record_of("too_early_a_cluster").value(RESULT)
print("recorded on", record_of("too_early_a_cluster").made(RESULT)["date"])
rungs = read_rungs({"exhibit": kubernetes_too_early, "reference": process_then_container})

# %% [markdown]
# ## Five places
#
# No cluster and no cloud is started here. What is measured is what the files say: the command, the environment, the ports and the probes are taken out of each, and
# started as a process on this machine.

# %%
show_picture(lambda path: draw_sides("too_early_a_cluster", path))

# %% [markdown]
# The least of them, whole, and the cluster's deployment, in part:

# %%
print((path.FOLDER / "process" / "supervisord.conf").read_text())
print("\n".join((cluster.FOLDER / "deployment.yaml").read_text().splitlines()[20:50]))

# %% [markdown]
# ## What there is to own
#
# *By construction*: counted in the files and read off the makers' documentation.

# %%
print(pd.DataFrame(result["rungs"]).T.to_string())

# %% [markdown]
# ## All five lead to the same service
#
# Each is held to one suite: it starts, its own probes are content, health and readiness answer, so does a prediction, what is no flight is refused with a reason, and a
# request under way is answered when it is asked to stop.

# %%
suites = pd.DataFrame(
    {name: {check: said or "ok" for check, said in checks.items()} for name, checks in result["suites"].items()}
)
print(suites.fillna("has none").to_string())

# %% [markdown]
# ## Who would miss it?
#
# Now every setting is changed, one at a time: a number by one, a text by a letter, a switch turned. Who finds that before it is on its place? First those who
# look at files only: a schema, and a reader who follows every name. Then the suite, on the process that these files start.

# %%
finders = pd.DataFrame(
    {name: pd.Series([row["finder"] for row in rows]).value_counts() for name, rows in result["finders"].items()}
)
finders = finders.reindex(FINDERS).fillna(0).astype(int)
print(finders.to_string())
print((1 - finders.loc["nobody"] / finders.sum()).round(2).rename("share found").to_frame().T.to_string())

# %% [markdown]
# What nobody finds in the cluster's files, by file:

# %%
missed = pd.DataFrame([row for row in result["finders"]["cluster"] if row["finder"] == "nobody"])
print(missed["place"].str.partition(":")[0].value_counts().to_string())
print(
    "\nin the process's file:",
    [row["place"].rpartition("/")[2] for row in result["finders"]["process"] if row["finder"] == "nobody"],
)

# %% [markdown]
# ## Where it turns
#
# *By construction.* What each place gives that the one before has not. The more of these you need, the further you have to go:

# %%
given = pd.DataFrame({name: {want: "x" if name in result["wanted"][want] else "" for want in WANTED} for name in ORDER})
print(given.to_string())
print("\nthe cluster alone:", [want for want in WANTED if result["wanted"][want] == ["cluster"]])

# %% [markdown]
# ## Live: a file that lies
#
# A port is wrong by one: the container's in the cluster's deployment, the load balancer's in the service of ECS. And then a folder without models:

# %%
wrong = {
    "cluster": Setting("deployment.yaml", ("spec", "template", "spec", "containers", 0, "ports", 0, "containerPort")),
    "ecs": Setting("service.json", ("loadBalancers", 0, "containerPort")),
}
for name, setting in wrong.items():
    try:
        read_declared(name, change_setting(rungs[name].documents, setting))
    except Broken as broken:
        print(f"{name}: {broken}")
folder = Path(tempfile.mkdtemp())
compose = read_declared("compose", rungs["compose"].documents)
print("without models:", {check: said for check, said in conform(compose._replace(probes=()), folder).items() if said})

# %%
put_models(folder / "models")
print("with models:   ", {check: said or "ok" for check, said in conform(compose, folder).items()})

# %% [markdown]
# ## Good at, not so good at
#
# | | good at | not so good at |
# |---|---|---|
# | a process under a supervisor | one file, a dozen settings | ends with its machine; no release without a gap |
# | one container, a Compose file | the tested image is what runs | the same, but for the image |
# | a managed service | goes on when a machine dies, releases without a gap, back in one command | settings that only the provider checks; tied to it |
# | a cluster | all twelve, for all services alike; its files name one another, so a wrong name is found | a platform of its own to run; many settings that nobody would miss |
#
# **When to use which.** Begin with the least place that gives what you need *today*, and keep the service such that it can move: everything by environment, health and
# readiness apart, ends when it is asked to. Then a move is a new file, not a new service. A cluster is right where many services share it and somebody is
# paid to know it; without that person it is one more system that nobody knows.
#
# ## To discuss
#
# 1. Which of the twelve do you need, and which do you have because the place came with them?
# 2. Who in your team would find a wrong disruption budget, and when?
#
# ## Threats to validity
#
# - **Construct.** Settings are counted alike, a label like a port. A changed setting is not a typical mistake; and who runs a cluster has tools that look at more than a schema (a dry run on a server, admission rules, policies in CI).
# - **Internal.** The reader that follows names is ours, and so is the suite: a stricter one finds more. The files are ours, too; the cluster's are what we would write for a service that is to be ready for growth.
# - **External.** One service with no state but its log. Steps and gifts of the platforms are read off documentation, of 2026, and nothing was started there.
# - **Conclusion.** There is no sample and no interval: these are counts of five sets of files.
