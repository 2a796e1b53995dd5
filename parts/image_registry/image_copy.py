"""Pushes and pulls images with ``skopeo``: it moves only blobs that the other side has not, and checks each digest."""

import subprocess
from pathlib import Path

from problem.shipping import CannotShip

PLAIN = ("--insecure-policy", "copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false")
"""The registry is on the loopback: no certificates. Digests are kept: skopeo would pack layers again otherwise."""


class CannotCopy(CannotShip):
    """An image was not pushed or pulled: one line that says why. What was there before is there still."""


def push(layout: Path, tag: str, address: str, name: str) -> None:
    """From a layout into the registry at ``address``, under ``name`` and the same tag; raises ``CannotCopy``."""
    _copy(f"oci:{layout}:{tag}", f"docker://{address}/{name}:{tag}")


def pull(address: str, name: str, tag: str, layout: Path) -> None:
    """From the registry into a layout, where blobs that are there already stay; raises ``CannotCopy``."""
    _copy(f"docker://{address}/{name}:{tag}", f"oci:{layout}:{tag}")


def _copy(source: str, destination: str) -> None:
    done = subprocess.run(["skopeo", *PLAIN, source, destination], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or f"status {done.returncode}").splitlines()[-1]
        said = said.partition("msg=")[2].strip('"').replace('\\"', '"') or said
        raise CannotCopy(f"{source} was not copied: {said}")
