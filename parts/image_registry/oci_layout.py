"""Writes images: an OCI layout by ``tarfile`` and ``hashlib``. Equal files give equal layers, byte for byte.

The form is that of the Open Container Initiative, image-spec 1.0: ``blobs/sha256/DIGEST``, and ``index.json``, which
names the image of each tag.
"""

import hashlib
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LAYER = "application/vnd.oci.image.layer.v1.tar"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TAG = "org.opencontainers.image.ref.name"
BLOCK = 1 << 20


class Blob(NamedTuple):
    """A file of a layout. ``size`` in bytes."""

    kind: str
    digest: str
    size: int

    def describe(self) -> dict[str, Any]:
        """As manifests and indexes write it."""
        return {"mediaType": self.kind, "digest": self.digest, "size": self.size}


def write_layer(layout: Path, files: Mapping[str, Path]) -> Blob:
    """A layer of ``files`` (by name in the image, a file or a folder of this machine)."""
    part = _find_folder(layout) / "layer.part"
    with tarfile.open(part, "w") as tar:
        for name, source in sorted(files.items()):
            for each in [source, *sorted(source.rglob("*"))] if source.is_dir() else [source]:
                tar.add(each, f"{name}/{each.relative_to(source)}".removesuffix("/."), recursive=False, filter=_plain)
    blob = Blob(LAYER, hash_file(part), part.stat().st_size)
    part.replace(find_blob(layout, blob.digest))
    return blob


def write_image(layout: Path, tag: str, layers: Sequence[Blob], labels: Mapping[str, str]) -> str:
    """An image of layers that are in the layout, the lowest first; gives its digest."""
    told: dict[str, Any] = {"architecture": "amd64", "os": "linux", "config": {"Labels": dict(labels)}}
    told["rootfs"] = {"type": "layers", "diff_ids": [layer.digest for layer in layers]}
    config = _write_blob(layout, CONFIG, told)
    described = [layer.describe() for layer in layers]
    manifest = _write_blob(
        layout, MANIFEST, {"schemaVersion": 2, "mediaType": MANIFEST, "config": config.describe(), "layers": described}
    )
    _name(layout, tag, manifest)
    return manifest.digest


def find_blob(layout: Path, digest: str) -> Path:
    """The file of a digest, whether it is there or not."""
    return layout / "blobs" / digest.replace(":", "/")


def find_image(layout: Path, tag: str) -> str:
    """The digest of a tag's image; raises ``KeyError``."""
    found = [each["digest"] for each in _read_index(layout) if each.get("annotations", {}).get(TAG) == tag]
    if not found:
        raise KeyError(tag)
    return str(found[0])


def hash_file(file: Path) -> str:
    """``sha256:`` and the digest."""
    with file.open("rb") as opened:
        return f"sha256:{hashlib.file_digest(opened, 'sha256').hexdigest()}"


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of this machine: no time, no owner."""
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def _find_folder(layout: Path) -> Path:
    folder = layout / "blobs" / "sha256"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_blob(layout: Path, kind: str, content: Mapping[str, Any]) -> Blob:
    written = json.dumps(content, sort_keys=True).encode()
    blob = Blob(kind, f"sha256:{hashlib.sha256(written).hexdigest()}", len(written))
    find_blob(layout, blob.digest).write_bytes(written)
    return blob


def _name(layout: Path, tag: str, manifest: Blob) -> None:
    others = [each for each in _read_index(layout) if each.get("annotations", {}).get(TAG) != tag]
    index = {"schemaVersion": 2, "manifests": [*others, manifest.describe() | {"annotations": {TAG: tag}}]}
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (layout / "index.json").write_text(json.dumps(index))


def _read_index(layout: Path) -> list[dict[str, Any]]:
    file = layout / "index.json"
    return list(json.loads(file.read_text())["manifests"]) if file.exists() else []
