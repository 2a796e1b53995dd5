"""How does a model get there? Bytes and seconds of release after release by three ways, and what each lets in."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.patterns.shipped_costs import compare_layerings, follow_releases
from lab.patterns.shipped_faults import cut_on_the_way, try_cuts, try_outage
from lab.patterns.shipped_mixes import count_silent, mix_versions
from lab.patterns.shipped_ratios import compare_hosts, compare_updates, name_pair
from lab.patterns.shipped_releases import MEGABYTE, open_maker
from lab.patterns.shipped_swaps import scale_out, swap_by_turns
from lab.patterns.shipped_ways import HAND, IMAGE, LOAD, open_shipper
from parts.image_registry.registry import demand_programs

ALONE = True


class Plan(NamedTuple):
    """``releases``: by host, the sizes of the models that it lives through, MB; ``megabytes``: the size elsewhere."""

    releases: Sequence[Sequence[float]]
    megabytes: float
    swaps: int
    scalings: int
    cuts: int


FULL = Plan(((1,) * 10, (10,) * 10, (50,) * 10, (0.1, 500)), megabytes=50, swaps=2, scalings=3, cuts=200)


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """Rows of releases, layerings, swaps, scalings and faults; raises ``NoRegistry`` where a program is missing."""
    demand_programs()
    maker = open_maker(folder / "made")
    releases = [row for sizes in plan.releases for row in follow_releases(sides, maker, folder / "releases", sizes)]
    hosts = scale_out(sides, maker, folder / "hosts", plan.megabytes, plan.scalings)
    found = {
        "releases": releases,
        "ratios": compare_updates(releases),
        "layerings": compare_layerings(sides[IMAGE], maker, folder / "layerings", plan.megabytes),
        "swaps": swap_by_turns(sides, maker, folder / "swaps", plan.megabytes, plan.swaps),
        "hosts": compare_hosts(hosts),
        "outage": try_outage(sides, maker, folder / "outage"),
        "cut": cut_on_the_way(sides, maker, folder / "cut"),
        "cuts": try_cuts(maker, folder, plan.cuts),
        "mixed": mix_versions(sides, maker, folder / "mixed"),
        "steps": {name: count_steps(side, folder / name) for name, side in sides.items()},
    }
    shutil.rmtree(folder / "made")
    return {"headline": tell(found, plan), **found}


def count_steps(side: ModuleType, folder: Path) -> dict[str, int]:
    """By construction: what there is to do for a host's first release, and for each further one."""
    shipper = open_shipper(side, folder, "")
    return {"first": len(shipper.first_release), "next": len(shipper.next_release)}


def tell(found: Mapping[str, Any], plan: Plan) -> str:
    """The result in one line."""
    last = max(row["release"] for row in found["releases"] if row["megabytes"] == plan.megabytes)
    moved = {
        row["way"]: row["moved"] / MEGABYTE
        for row in found["releases"]
        if (row["megabytes"], row["release"]) == (plan.megabytes, last)
    }
    ratios = {row["pair"]: row["value"] for row in found["ratios"] if row["megabytes"] == plan.megabytes}
    silent = count_silent(found["mixed"])
    slower = [ratios[name_pair(pair)] for pair in ((IMAGE, LOAD), (LOAD, HAND))]
    return (
        f"release {last} of a {plan.megabytes:g} MB model moves {moved[IMAGE]:.0f} MB in an image, {moved[LOAD]:.0f} "
        f"by model load, {moved[HAND]:.0f} by hand; the image takes {slower[0]:.1f} times as long as model load, "
        f"and that {slower[1]:.1f} times as long as by hand; of 2 mixed pairs, answering wrong without an error: image "
        f"{silent[IMAGE]}, load {silent[LOAD]}, by hand {silent[HAND]}"
    )
