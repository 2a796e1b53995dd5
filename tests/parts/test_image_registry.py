"""Equal files give equal layers; a registry gives back what it got, and counts it; what is damaged is refused."""

import os
from pathlib import Path

import pytest

from parts.image_registry import registry as registry_module
from parts.image_registry.image_copy import CannotCopy, pull, push
from parts.image_registry.oci_layout import find_blob, hash_file, write_image, write_layer
from parts.image_registry.registry import NoRegistry, start_registry
from parts.image_registry.unpacking import Damaged, check_blob, unpack
from tests.must_run import needs

pytestmark = pytest.mark.service
SIZES = {"packages": 400_000, "model": 100_000}
SMALL = 4_000
"""More than a tar's header and end, a config and a manifest take."""


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    for program in registry_module.PROGRAMS:
        needs(program, f"apt-get install {program}")
    with start_registry(tmp_path_factory.mktemp("registry")) as started:
        yield started


def write_files(folder: Path, **contents: bytes) -> dict[str, Path]:
    """Files by their names in the image."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {f"srv/{name}": folder / name for name in contents}


def build(layout: Path, tag: str, model: bytes, source: Path) -> list[str]:
    """An image of two layers; the digests of these."""
    packages = write_files(source, packages=bytes(SIZES["packages"]))
    layers = [write_layer(layout, packages), write_layer(layout, write_files(source, model=model))]
    write_image(layout, tag, layers, {"version": tag})
    return [layer.digest for layer in layers]


def test_equal_files_give_equal_layers_whatever_their_time_and_folder(tmp_path):
    first = write_layer(tmp_path / "a", write_files(tmp_path / "one", model=b"same"))
    other = write_files(tmp_path / "two", model=b"same")
    os.utime(other["srv/model"], (1, 1))
    other["srv/model"].chmod(0o600)
    assert write_layer(tmp_path / "b", other) == first
    assert write_layer(tmp_path / "b", write_files(tmp_path / "two", model=b"none")) != first


def test_a_blob_is_named_by_its_content(tmp_path):
    layer = write_layer(tmp_path, write_files(tmp_path / "source", model=b"x"))
    assert hash_file(find_blob(tmp_path, layer.digest)) == layer.digest
    assert find_blob(tmp_path, layer.digest).stat().st_size == layer.size


def test_the_highest_layer_that_has_a_file_wins(tmp_path):
    layout, source = tmp_path / "layout", tmp_path / "source"
    layers = [write_layer(layout, write_files(source, model=text)) for text in (b"low", b"high")]
    write_image(layout, "1", layers, {"contract": "7"})
    image = unpack(layout, "1", tmp_path / "layers")
    assert (image.find("srv/model").read_bytes(), image.labels) == (b"high", {"contract": "7"})
    with pytest.raises(FileNotFoundError):
        image.find("srv/other")


def test_what_a_registry_gives_back_is_what_it_got(registry, tmp_path):
    build(tmp_path / "maker", "same", b"m" * SIZES["model"], tmp_path / "source")
    push(tmp_path / "maker", "same", registry.address, "service")
    pull(registry.address, "service", "same", tmp_path / "host")
    mine, theirs = (unpack(tmp_path / where, "same", tmp_path / f"{where} layers") for where in ("maker", "host"))
    assert [layer.name for layer in mine.layers] == [layer.name for layer in theirs.layers]
    assert theirs.find("srv/model").read_bytes() == b"m" * SIZES["model"]


def test_bytes_are_counted_on_a_known_answer(registry, tmp_path):
    """The first pull moves both layers, the second the model's alone; what is stored grows likewise."""
    seen = []
    for tag, fill in (("first", b"1"), ("second", b"2")):
        build(tmp_path / "maker", tag, fill * SIZES["model"], tmp_path / "source")
        stored, sent = registry.count_stored(), registry.count_sent()
        push(tmp_path / "maker", tag, registry.address, "counted")
        pull(registry.address, "counted", tag, tmp_path / "host")
        seen.append((registry.count_stored() - stored, registry.count_sent() - sent))
    (_, sent_first), (stored_second, sent_second) = seen
    overhead = 2 * 10_240
    assert sum(SIZES.values()) <= sent_first <= sum(SIZES.values()) + overhead + SMALL
    assert SIZES["model"] <= sent_second <= SIZES["model"] + overhead + SMALL
    assert SIZES["model"] <= stored_second <= SIZES["model"] + overhead + SMALL


def test_a_truncated_blob_in_the_registry_is_refused_and_nothing_is_lost(registry, tmp_path):
    _, model = build(tmp_path / "maker", "cut", b"c" * SIZES["model"], tmp_path / "source")
    push(tmp_path / "maker", "cut", registry.address, "damaged")
    (blob,) = [file for file in registry.list_blobs() if file.parent.name == model.partition(":")[2]]
    blob.write_bytes(blob.read_bytes()[:1000])
    with pytest.raises(CannotCopy) as refused:
        pull(registry.address, "damaged", "cut", tmp_path / "host")
    assert "\n" not in str(refused.value)
    with pytest.raises(Damaged, match="no image cut"):
        unpack(tmp_path / "host", "cut", tmp_path / "layers")


@pytest.mark.parametrize("spoil", [lambda held: held[:1000], lambda held: b"?" + held[1:]], ids=["cut", "one byte"])
def test_a_damaged_blob_of_a_layout_is_refused_in_one_line_and_leaves_no_half_layer(spoil, tmp_path):
    _, model = build(tmp_path / "host", "1", b"d" * SIZES["model"], tmp_path / "source")
    file = find_blob(tmp_path / "host", model)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(Damaged, match=rf"^{model[:19]} is damaged [^\n]*$"):
        unpack(tmp_path / "host", "1", tmp_path / "layers")
    assert not [*(tmp_path / "layers").glob(f"{model[7:]}*")]


def test_a_missing_blob_is_named(tmp_path):
    with pytest.raises(Damaged, match="is missing: pull the image again"):
        check_blob(tmp_path, f"sha256:{'0' * 64}")


def test_a_registry_that_is_down_is_one_line(tmp_path):
    build(tmp_path / "maker", "1", b"x", tmp_path / "source")
    with pytest.raises(CannotCopy) as refused:
        push(tmp_path / "maker", "1", "127.0.0.1:1", "service")
    assert "connection refused" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_version_is_one_line(registry, tmp_path):
    with pytest.raises(CannotCopy, match="unknown"):
        pull(registry.address, "service", "never", tmp_path)


def test_a_missing_program_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(NoRegistry, match=r"docker-registry is missing: apt-get install docker-registry skopeo"),
        start_registry(tmp_path),
    ):
        pass


def test_a_registry_started_again_has_what_it_kept(tmp_path):
    for _ in range(2):
        with start_registry(tmp_path / "home") as started:
            if not started.count_stored():
                build(tmp_path / "maker", "1", b"x", tmp_path / "source")
                push(tmp_path / "maker", "1", started.address, "service")
    with start_registry(tmp_path / "home") as started:
        pull(started.address, "service", "1", tmp_path / "host")
