"""What a rung's files say of the service: the command, its environment, where callers are sent, and how it is asked.

Each reader follows the way of a request through the files, as the place that they are for would: a name that leads
nowhere raises ``Broken``, in one line that says where.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from lab.patterns.declared_cluster import read_cluster
from lab.patterns.declared_settings import Documents
from lab.patterns.declared_way import Broken, Declared, Probe, pick_row, read_http_probes

PLATFORM_GRACE = 10.0
"""Seconds that Cloud Run leaves a container to stop; no setting."""


def read_process(documents: Documents) -> Declared:
    """Under supervisord callers come to the port that the environment names; nobody asks whether it is well."""
    program = _find(documents, "supervisord.conf", "program:flight_service")
    environment = program["environment"]
    if program["stopsignal"] != "TERM":
        raise Broken(f"stopsignal = {program['stopsignal']}: the service stops at TERM")
    grace = float(program["stopwaitsecs"])
    return Declared(tuple(shlex.split(program["command"])), environment, _port(environment["PORT"]), (), grace)


def read_compose(documents: Documents) -> Declared:
    """The one service, and the port of its container that is published."""
    service = _find(documents, "compose.yaml", "services", "flight_service")
    for mounted in service["volumes"]:
        if mounted["source"] not in documents["compose.yaml"]["volumes"]:
            raise Broken(f"volume {mounted['source']} is declared nowhere")
    probe = _read_command_probe(service["healthcheck"]["test"])
    grace = float(str(service["stop_grace_period"]).removesuffix("s"))
    return Declared(tuple(service["command"]), service["environment"], service["ports"][0]["target"], (probe,), grace)


def read_ecs(documents: Documents) -> Declared:
    """From the service to its task, from the load balancer to the container and its port."""
    task, service = documents["task_definition.json"], documents["service.json"]
    group, sent = documents["target_group.json"], service["loadBalancers"][0]
    if service["taskDefinition"] != task["family"]:
        raise Broken(f"the service runs {service['taskDefinition']}, the task is {task['family']}")
    if f"targetgroup/{group['Name']}/" not in sent["targetGroupArn"]:
        raise Broken(f"no target group {group['Name']} in {sent['targetGroupArn']}")
    container = pick_row(task["containerDefinitions"], "name", sent["containerName"])
    pick_row(container["portMappings"], "containerPort", sent["containerPort"])
    probes = (
        _read_command_probe(container["healthCheck"]["command"]),
        Probe("target group", sent["containerPort"], group["HealthCheckPath"]),
    )
    environment = {pair["name"]: pair["value"] for pair in container["environment"]}
    return Declared(tuple(container["command"]), environment, sent["containerPort"], probes, container["stopTimeout"])


def read_cloud_run(documents: Documents) -> Declared:
    """The platform sets PORT to the container's only port and sends callers there."""
    container = _find(documents, "service.yaml", "spec", "template", "spec", "containers", 0)
    port = container["ports"][0]["containerPort"]
    environment = {pair["name"]: pair["value"] for pair in container["env"]} | {"PORT": str(port)}
    probes = tuple(read_http_probes(container, {}))
    return Declared(tuple(container["command"]), environment, port, probes, PLATFORM_GRACE)


READERS: Mapping[str, Callable[[Documents], Declared]] = {
    "process": read_process,
    "compose": read_compose,
    "ecs": read_ecs,
    "cloud_run": read_cloud_run,
    "cluster": read_cluster,
}


def read_declared(rung: str, documents: Documents) -> Declared:
    """What a rung's files say; raises ``Broken``."""
    try:
        declared = READERS[rung](documents)
        return declared._replace(environment={name: str(value) for name, value in declared.environment.items()})
    except Broken:
        raise
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Broken(f"{type(error).__name__}: {error}") from error


def _find(documents: Documents, file: str, *keys: str | int) -> Any:
    held = documents[file]
    for key in keys:
        held = held[key]
    return held


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", str(text)):
        raise Broken(f"{text} is no port")
    return int(text)


def _read_command_probe(test: list[str]) -> Probe:
    if test[0] != "CMD":
        raise Broken(f"a health check begins with CMD, not {test[0]}")
    return Probe("health check", command=tuple(test[1:]))
