"""Ruler 2 on the study's results."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lab.study.results import Results
from lab.study.rulers.row_skew import ON, read_pairs
from lab.study.scorecard_rows import Row, make_absent
from measure.data import monitor
from measure.data.monitor import Monitored
from measure.data.skew import RowSkew, row_skew
from problem.contract import CATEGORIES, FEATURES


def rows(results: Results) -> Iterator[Row]:
    """Which share of the skewed features a monitor would have seen."""
    for (name, mode), (watched, skew) in seen(results).items():
        skewed = set(skew.per_feature.loc[skew.per_feature["skewed"] > 0, "feature"])
        table = watched.per_feature.set_index("feature")
        if not skewed:
            false = f"no feature is skewed; above the floor all the same: {watched.above_floor}"
            yield make_absent("monitor", name, mode, false)
            continue
        found = table.loc[sorted(skewed)]
        note = (
            f"{found['above_floor'].sum()} of {len(skewed)} skewed features above the no-skew floor, "
            f"{(found['psi'] >= monitor.PSI_ALARM).sum()} with a PSI of {monitor.PSI_ALARM}; "
            f"{(found['drift'] > found['distance']).sum()} moved less than by the season alone"
        )
        yield Row("monitor", name, mode, float(found["above_floor"].mean()), note=note)


def draw(results: Results, folder: Path) -> None:
    """Every system with skew, in its first mode."""
    shown = {name: found for (name, _), found in seen(results).items() if found[1].skewed_features}
    if shown:
        monitor.draw(shown, folder / "monitor.png")


@lru_cache(maxsize=1)
def seen(results: Results) -> dict[tuple[str, str], tuple[Monitored, RowSkew]]:
    """What a monitor sees beside the row skew, per system and mode."""
    found = {}
    for (name, mode), (offline, live) in read_pairs(results).items():
        training = dict(results.by_mode(f"train-{name}", "training"))[mode]
        watched = monitor.monitored(training, offline, live, list(FEATURES), CATEGORIES)
        found[name, mode] = watched, row_skew(offline, live, ON, list(FEATURES))
    return found
