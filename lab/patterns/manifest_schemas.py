"""Whether files that declare a service have the form that their place demands, by schemas that ship in packages.

Compose: the schema in check-jsonschema. ECS: the objects of troposphere, which are CloudFormation's and have the same
settings, each with a capital letter. Kubernetes: kubernetes-validate, strict. Cloud Run has no schema that ships: its
containers are held to those of a pod. supervisord reads its own file.
"""

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
from referencing import Registry, Resource
from troposphere import ecs, elasticloadbalancingv2

from lab.engine.workspace import StudyError
from lab.patterns.declared_settings import Documents
from lab.patterns.supervisor_file import find_supervisor_faults

ECS = {
    "task_definition.json": ecs.TaskDefinition,
    "service.json": ecs.Service,
    "target_group.json": elasticloadbalancingv2.TargetGroup,
}
ONLY_CLOUD_RUN = ("containerConcurrency", "timeoutSeconds")
"""Settings beside the containers that a pod has not."""


def find_form_faults(rung: str, documents: Documents) -> list[str]:
    """What the schemas of a rung complain of, a line each."""
    return CHECKS[rung](documents)


def _check_process(documents: Documents) -> list[str]:
    return find_supervisor_faults(documents["supervisord.conf"], Path(tempfile.gettempdir()))


def _check_compose(documents: Documents) -> list[str]:
    return [error.message for error in _compose().iter_errors(documents["compose.yaml"])]


def _check_ecs(documents: Documents) -> list[str]:
    faults = []
    for file, kind in ECS.items():
        try:
            kind.from_dict("Declared", _capitalise(documents[file])).to_dict()
        except (AttributeError, TypeError, ValueError) as error:
            faults.append(f"{file}: {str(error).splitlines()[0]}")
    return faults


def _capitalise(held: Any) -> Any:
    if isinstance(held, dict):
        return {f"{key[0].upper()}{key[1:]}": _capitalise(value) for key, value in held.items()}
    return [_capitalise(value) for value in held] if isinstance(held, list) else held


def _check_cloud_run(documents: Documents) -> list[str]:
    service = documents["service.yaml"]
    spec = {key: held for key, held in service["spec"]["template"]["spec"].items() if key not in ONLY_CLOUD_RUN}
    named = (service["apiVersion"], service["kind"])
    wrong = [] if named == ("serving.knative.dev/v1", "Service") else [f"no service of Cloud Run: {named}"]
    return wrong + _check_objects({"service.yaml": {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": spec}})


def _check_objects(documents: Documents) -> list[str]:
    faults = []
    for file, held in documents.items():
        validator = _object(str(held["kind"]), str(held["apiVersion"]))
        if validator is None:
            faults.append(f"{file}: no kind {held['kind']} in {held['apiVersion']}")
        else:
            faults += [f"{file}: {error.message}" for error in validator.iter_errors(held)]
    return faults


CHECKS: Mapping[str, Callable[[Documents], list[str]]] = {
    "process": _check_process,
    "compose": _check_compose,
    "ecs": _check_ecs,
    "cloud_run": _check_cloud_run,
    "cluster": _check_objects,
}


@cache
def _compose() -> Any:
    schema = json.loads((_locate("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


@cache
def _object(kind: str, version: str) -> Any:
    """What ``kubernetes_validate.validate`` makes anew at every call, from the same files: a strict validator."""
    group = re.sub(r"^([^./]*)(?:[.][^/]*)?/", r"\1-", version)
    try:
        schema, definitions = (_read_strict(f"{name}.json") for name in (f"{kind.lower()}-{group}", "_definitions"))
    except FileNotFoundError:
        return None
    registry = Resource.from_contents(schema) @ (Resource.from_contents(definitions) @ Registry())
    return jsonschema.Draft202012Validator(schema, registry=registry)


@cache
def _read_strict(file: str) -> Any:
    folder = f"kubernetes-json-schema/v{kubernetes_validate.latest_version()}-local-strict"
    return json.loads((_locate("kubernetes_validate") / folder / file).read_text())


def _locate(package: str) -> Path:
    """Where a package lies, without importing it: only its files are wanted."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise StudyError(f"{package} is not installed: run `make patterns`")
    return Path(spec.submodule_search_locations[0])
