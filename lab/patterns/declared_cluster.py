"""The way of a request through the manifests of a cluster, and whether what must name the same thing does."""

from collections.abc import Mapping
from typing import Any

from lab.patterns.declared_settings import Documents
from lab.patterns.declared_way import Broken, Declared, pick_row, read_http_probes, resolve_port


def read_cluster(documents: Documents) -> Declared:
    """From the ingress to the service, from its selector to the pods, from a port's name to its number."""
    pod = documents["deployment.yaml"]["spec"]["template"]
    container = pod["spec"]["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    backend = documents["ingress.yaml"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    service = _find_object(documents, "Service", backend["name"])
    port = pick_row(service["spec"]["ports"], "name", backend["port"]["name"])["targetPort"]
    settings = _find_object(documents, "ConfigMap", container["envFrom"][0]["configMapRef"]["name"])
    _check_references(documents, pod)
    probes = tuple(read_http_probes(container, ports))
    grace = float(pod["spec"]["terminationGracePeriodSeconds"])
    return Declared(tuple(container["command"]), settings["data"], resolve_port(port, ports), probes, grace)


def _check_references(documents: Documents, pod: Mapping[str, Any]) -> None:
    """What must name the same pods, namespaces and accounts, does."""
    labels, deployment = pod["metadata"]["labels"], documents["deployment.yaml"]
    selectors = {
        "deployment": deployment["spec"]["selector"]["matchLabels"],
        "service": documents["service.yaml"]["spec"]["selector"],
        "disruption budget": documents["pod_disruption_budget.yaml"]["spec"]["selector"]["matchLabels"],
        "network policy": documents["network_policy.yaml"]["spec"]["podSelector"]["matchLabels"],
    }
    if strays := [name for name, selector in selectors.items() if selector.items() - labels.items()]:
        raise Broken(f"the selector of the {strays[0]} finds no pod")
    target = documents["horizontal_pod_autoscaler.yaml"]["spec"]["scaleTargetRef"]
    _find_object(documents, target["kind"], target["name"])
    _find_object(documents, "ServiceAccount", pod["spec"]["serviceAccountName"])
    space = documents["namespace.yaml"]["metadata"]["name"]
    if lost := [file for file, held in documents.items() if held["metadata"].get("namespace", space) != space]:
        raise Broken(f"{lost[0]} lies in a namespace that is declared nowhere")
    mounts = {mount["name"] for mount in pod["spec"]["containers"][0]["volumeMounts"]}
    if mounts - {volume["name"] for volume in pod["spec"]["volumes"]}:
        raise Broken("a volume is mounted that is declared nowhere")
    open_port = documents["network_policy.yaml"]["spec"]["ingress"][0]["ports"][0]["port"]
    if open_port not in {port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}:
        raise Broken(f"the network policy opens port {open_port}, which no container has")


def _find_object(documents: Documents, kind: str, name: str) -> Mapping[str, Any]:
    for held in documents.values():
        if held["kind"] == kind and held["metadata"]["name"] == name:
            return dict(held)
    raise Broken(f"no {kind} is called {name}")
