"""What goes wrong on the way: the registry is down, a file is cut off."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.shipped_releases import Maker
from lab.patterns.shipped_replicas import start
from lab.patterns.shipped_ways import Way, open_ways
from parts.image_predictor.predictor import CannotRead, make_vector, predict, read_model
from problem.shipping import CannotShip, Release, Shipper, Started

ASKED, CUTS = 50, 200
SAME = 1e-9
FORMS = ("npz", "txt")


def try_outage(sides: Mapping[str, ModuleType], maker: Maker, folder: Path) -> list[dict[str, Any]]:
    """With the registry up and down: does a host answer whose process, or container, starts anew; does a new host?"""
    with open_ways(sides, folder) as ways:
        for way in ways.values():
            way.shipper.publish(maker.make(1, 0.1))
            way.shipper.deliver("1", way.host("old"))
        rows = [row for name, way in ways.items() for row in _start_anew(name, way, up=True)]
    rows += [row for name, way in ways.items() for row in _start_anew(name, way, up=False)]
    shutil.rmtree(folder)
    return rows


def _start_anew(name: str, way: Way, up: bool) -> list[dict[str, Any]]:
    old = way.host("old")
    tried: dict[str, Callable[[], Started]] = {
        "its process starts anew": lambda: way.shipper.restart(old),
        "its container starts anew": lambda: way.shipper.restart(lose(way.shipper, old)),
        "a new host": lambda: way.shipper.deliver("1", way.host(f"new {up}")),
    }
    return [{"way": name, "registry": up, "host": host, "said": _say(bring)} for host, bring in tried.items()]


def lose(shipper: Shipper, host: Path) -> Path:
    """The host, without what does not outlive its container."""
    for lost in shipper.lost:
        shutil.rmtree(host / lost)
    return host


def _say(bring: Callable[[], Started]) -> str:
    """ "answers", or the line that says why not."""
    try:
        start(bring()).stop()
    except CannotShip as refused:
        return str(refused)
    return "answers"


def cut_on_the_way(sides: Mapping[str, ModuleType], maker: Maker, folder: Path) -> list[dict[str, Any]]:
    """By way and form, what a model's file does of which half arrives.

    The file is cut where the host gets it from: the registry's blob, or the copy.
    """
    rows = []
    with open_ways(sides, folder) as ways:
        for number, form in enumerate(FORMS):
            release = maker.make(number, 0.1, form=form)
            for name, way in ways.items():
                way.shipper.publish(release)
                rows.append({"way": name, "form": form, "said": _cut_and_start(way, release)})
    shutil.rmtree(folder)
    return rows


def _cut_and_start(way: Way, release: Release) -> str:
    model = release.model.read_bytes()
    blobs = [blob for blob in way.registry.list_blobs() if model in blob.read_bytes()]
    for blob in blobs:
        halve(blob)
    try:
        started = way.shipper.deliver(release.version, way.host(release.version))
        if not blobs:
            halve(started.model)
        start(started).stop()
    except CannotShip as refused:
        return str(refused)
    return "answers"


def halve(file: Path) -> None:
    """Leave the first half."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def try_cuts(maker: Maker, folder: Path, cuts: int = CUTS) -> list[dict[str, Any]]:
    """By form, over cuts at places drawn evenly: shares refused when read, answering alike and otherwise."""
    rows = []
    for form in FORMS:
        release = maker.make(1, 0.1, form=form)
        whole, right = release.model.read_bytes(), _answer(release.model, maker)
        cut, found = folder / f"cut.{form}", {"refused": 0, "alike": 0, "otherwise": 0}
        for place in np.random.default_rng(0).integers(0, len(whole), cuts):
            cut.write_bytes(whole[:place])
            found[_read_cut(cut, maker, right)] += 1
        rows.append({"form": form} | {word: count / cuts for word, count in found.items()})
    return rows


def _read_cut(cut: Path, maker: Maker, right: np.ndarray) -> str:
    try:
        return "alike" if np.abs(_answer(cut, maker) - right).max() < SAME else "otherwise"
    except CannotRead:
        return "refused"


def _answer(file: Path, maker: Maker) -> np.ndarray:
    model = read_model(file)
    return np.array([predict(model, make_vector(flight)) for flight in maker.list_questions(ASKED)])
