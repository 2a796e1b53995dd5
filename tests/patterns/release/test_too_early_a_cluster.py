"""One service declared for five places: every file leads to the same process, and a file that lies is found."""

import copy
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module

import psutil
import pytest

from lab.cards import read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.declared_service import read_declared
from lab.patterns.declared_settings import Setting, change_setting, list_settings, read_documents, read_setting
from lab.patterns.declared_way import Broken
from lab.patterns.experiments.too_early_a_cluster import DATA, ORDER, WANTED, count_things, read_rungs
from lab.patterns.service_conformance import conform, try_probes, wait_until_open
from lab.patterns.service_models import put_models
from lab.patterns.service_process import ask, find_free_port, start
from lab.patterns.supervisor_file import write_for_here

SIDES = {
    card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "too_early_a_cluster"
}
RUNGS = read_rungs(SIDES)
COMMAND = ("python", "-m", "parts.deployed_service")
pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("srv")
    put_models(folder / "models")
    return folder


@pytest.fixture(params=ORDER)
def rung(request):
    return RUNGS[request.param]


def test_the_exhibit_is_the_cluster_and_the_reference_the_way_to_it():
    deployments = {name: import_module(f"{side.__name__}.deployment").RUNGS for name, side in SIDES.items()}
    assert list(deployments["kubernetes_too_early"]) == ["cluster"]
    assert list(deployments["process_then_container"]) == [*ORDER[:-1]]


def test_the_exhibit_keeps_its_many_kinds():
    assert count_things(RUNGS["cluster"])["kinds"] == count_things(RUNGS["cluster"])["files"] > 5
    assert count_things(RUNGS["process"])["files"] == 1


def test_every_rung_declares_the_same_service(rung):
    declared = read_declared(rung.name, rung.documents)
    assert declared.command == COMMAND
    assert declared.environment == {
        "PORT": "8080",
        "HOST": "0.0.0.0",
        "MODELS": "/srv/models",
        "ANSWERS": "/srv/answers",
    }
    assert declared.port == 8080


def test_what_a_rung_gives_is_a_setting_that_it_has_or_the_platforms(rung):
    assert set(rung.operation["gives"]) <= set(WANTED)
    places = {setting.place for setting in list_settings(rung.documents)}
    assert [place for place in rung.operation["gives"].values() if place != "platform" and place not in places] == []


def test_the_key_of_the_experiment_covers_every_file():
    folders = [
        place for side in SIDES.values() for place in import_module(f"{side.__name__}.deployment").RUNGS.values()
    ]
    names = {file.name for folder in folders for file in folder.iterdir() if file.suffix in (".yaml", ".json", ".conf")}
    assert names == {file.rpartition("/")[2] for file in DATA} - {"operation.toml"}


def test_every_rung_passes_the_suite(rung, root):
    found = conform(read_declared(rung.name, rung.documents), root)
    assert set(found.values()) == {""}
    assert list(found)[-1] == "drains on stop"
    assert {"health", "ready", "a prediction", "a typed refusal"} < set(found)


PORTS = {
    "compose": Setting("compose.yaml", ("services", "flight_service", "ports", 0, "target")),
    "ecs": Setting("service.json", ("loadBalancers", 0, "containerPort")),
    "cluster": Setting("deployment.yaml", ("spec", "template", "spec", "containers", 0, "ports", 0, "containerPort")),
}


@pytest.mark.parametrize("name", ["ecs", "cluster"])
def test_a_wrong_port_is_found_where_files_name_it_twice(name):
    with pytest.raises(Broken, match="808"):
        read_declared(name, change_setting(RUNGS[name].documents, PORTS[name]))


def test_a_wrong_port_is_found_by_asking_where_nothing_else_names_it(root):
    right, wrong = (
        read_declared("compose", documents)
        for documents in (RUNGS["compose"].documents, change_setting(RUNGS["compose"].documents, PORTS["compose"]))
    )
    with start(right, root) as running:
        wait_until_open(running, right.port)
        assert try_probes(right, running) == ""
        assert "nobody listens on port 8081" in try_probes(wrong, running)


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        ("ingress.yaml", ("spec", "rules", 0, "http", "paths", 0, "backend", "service", "name")),
        ("ingress.yaml", ("spec", "rules", 0, "http", "paths", 0, "backend", "service", "port", "name")),
        ("service.yaml", ("spec", "selector", "app")),
        ("service.yaml", ("spec", "ports", 0, "targetPort")),
        ("deployment.yaml", ("spec", "template", "metadata", "labels", "app")),
        ("horizontal_pod_autoscaler.yaml", ("spec", "scaleTargetRef", "name")),
        ("network_policy.yaml", ("spec", "ingress", 0, "ports", 0, "port")),
        ("config_map.yaml", ("metadata", "name")),
        ("namespace.yaml", ("metadata", "name")),
    ],
)
def test_a_name_that_leads_nowhere_is_found_in_one_line(file, keys):
    with pytest.raises(Broken) as broken:
        read_declared("cluster", change_setting(RUNGS["cluster"].documents, Setting(file, keys)))
    assert "\n" not in str(broken.value)


def test_a_missing_model_leaves_the_service_alive_and_not_ready(root, tmp_path):
    declared = read_declared("cluster", RUNGS["cluster"].documents)
    found = conform_quickly(declared, tmp_path)
    assert found["health"] == ""
    assert "503" in found["ready"]


def conform_quickly(declared, root):
    return conform(declared._replace(probes=()), root)


def test_a_missing_setting_is_one_line_and_no_service(root, capfd):
    declared = read_declared("cluster", RUNGS["cluster"].documents)
    bare = {name: value for name, value in declared.environment.items() if name != "MODELS"}
    assert "ended with status 2" in conform(declared._replace(environment=bare), root)["starts"]


def test_a_command_that_is_none_is_said(root):
    declared = read_declared("process", RUNGS["process"].documents)
    assert "cannot be started" in conform(declared._replace(command=("pythonx",)), root)["starts"]


def test_a_setting_is_changed_and_nothing_else(rung):
    for setting in list_settings(rung.documents):
        before = copy.deepcopy(rung.documents)
        changed = change_setting(rung.documents, setting)
        assert rung.documents == before
        differ = [each for each in list_settings(changed) if read_setting(changed, each) != read_setting(before, each)]
        assert differ == [setting]


def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path):
    (tmp_path / "compose.yaml").write_text("services: [")
    with pytest.raises(ValueError, match=r"^compose\.yaml cannot be read: [^\n]*$"):
        read_documents(tmp_path)


def test_supervisord_itself_starts_the_process_and_starts_it_again_when_it_is_killed(root):
    sections = RUNGS["process"].documents["supervisord.conf"]
    port = find_free_port()
    file = write_for_here(sections, root, REPOSITORY, sys.executable, port)
    told = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    supervisor = subprocess.Popen([sys.executable, "-m", "supervisor.supervisord", "-c", str(file)], env=told)
    try:
        (first,) = wait_for_children(supervisor.pid, not_among=())
        wait_until_ready(port)
        os.kill(first, signal.SIGKILL)
        (second,) = wait_for_children(supervisor.pid, not_among=(first,))
        wait_until_ready(port)
        assert second != first
    finally:
        supervisor.terminate()
        supervisor.wait(30)
    assert not psutil.pid_exists(second)


def wait_for_children(pid, not_among):
    for _ in range(300):
        found = [child.pid for child in psutil.Process(pid).children() if child.pid not in not_among]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("supervisord starts nothing")


def wait_until_ready(port):
    for _ in range(300):
        with suppress(OSError):
            if ask(port, "GET", "/ready")[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the service is not ready")
