"""Unpacks images: every blob's digest is checked first, and a layer is unpacked once, whole or not at all."""

import json
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from parts.image_registry.oci_layout import find_blob, find_image, hash_file
from problem.shipping import CannotShip


class Damaged(CannotShip):
    """A blob is missing, or not what its digest says: one line that names it."""


class Unpacked(NamedTuple):
    """An image on disk: a folder a layer, the lowest first."""

    layers: tuple[Path, ...]
    labels: Mapping[str, str]

    def find(self, name: str) -> Path:
        """A file or folder of the image, from the highest layer that has it; raises ``FileNotFoundError``."""
        for layer in reversed(self.layers):
            if (layer / name).exists():
                return layer / name
        raise FileNotFoundError(f"the image has no {name}")


def unpack(layout: Path, tag: str, home: Path) -> Unpacked:
    """A tag's image, its layers side by side under ``home``; raises ``Damaged``, also for a tag that is not there."""
    try:
        manifest = json.loads(check_blob(layout, find_image(layout, tag)).read_text())
    except KeyError as error:
        raise Damaged(f"there is no image {tag} in {layout}: pull it") from error
    config = json.loads(check_blob(layout, manifest["config"]["digest"]).read_text())
    layers = tuple(_unpack_layer(layout, layer, home) for layer in manifest["layers"])
    return Unpacked(layers, config["config"].get("Labels") or {})


def check_blob(layout: Path, digest: str) -> Path:
    """The file of a digest; raises ``Damaged`` if it is missing or its content has another."""
    file = find_blob(layout, digest)
    if not file.exists():
        raise Damaged(f"{digest[:19]} is missing: pull the image again")
    if (found := hash_file(file)) != digest:
        raise Damaged(f"{digest[:19]} is damaged (its digest is {found[7:19]}): remove it and pull the image again")
    return file


def _unpack_layer(layout: Path, layer: Mapping[str, Any], home: Path) -> Path:
    folder = home / layer["digest"].partition(":")[2]
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        with tarfile.open(check_blob(layout, layer["digest"])) as tar:
            tar.extractall(part, filter="data")
        part.rename(folder)
    return folder
