"""Ruler 1 on the study's results."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.day_blocks import find_days
from lab.study.results import Results
from lab.study.rulers.causes import explain_no_ablation
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.study.steps.cause_arms import ALL as EVERY_CURE
from lab.systems import find_system
from measure.data import skew
from measure.data.classes import ALL, class_shares
from measure.data.days import Days, estimate
from problem.contract import CATEGORIES, FEATURES, KEYS

ON = list(KEYS)


def rows(results: Results) -> Iterator[Row]:
    """Skewed rows and features as they are, their classes, with looser tolerances, and with all cures."""
    for (name, mode), (offline, live) in read_pairs(results).items():
        found = skew.row_skew(offline, live, ON, list(FEATURES))
        yield _row("skew", name, mode, found)
        yield Row("skewed_features", name, mode, float(found.skewed_features), note=f"of {len(FEATURES)}")
        yield from _classes(name, mode, offline, live)
        yield from _loosely(name, mode, offline, live)
        yield _cured(results, name, mode)


def _classes(name: str, mode: str, offline: pd.DataFrame, live: pd.DataFrame) -> Iterator[Row]:
    """The four classes: of all cells, and of every feature's."""
    for feature, shares in class_shares(offline, live, ON, list(FEATURES), find_days(offline["asked_at"])).items():
        for label, share in shares.items():
            key, part = ("classes", label) if feature == ALL else ("feature_classes", f"{feature}, {label}")
            yield make_row(key, name, mode, share, f"of {len(live):,} live answers", part)


def _loosely(name: str, mode: str, offline: pd.DataFrame, live: pd.DataFrame) -> Iterator[Row]:
    """The tolerance sweep, each with its interval."""
    for rtol in skew.RTOLS:
        found = skew.row_skew(convert_to_numbers(offline), convert_to_numbers(live), ON, list(FEATURES), rtol=rtol)
        yield _row("tolerance", name, mode, found, f"{rtol:g}")


def convert_to_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers as floats, so that a tolerance reaches them too: the ruler compares them exactly."""
    return table.astype(dict.fromkeys(set(FEATURES) - set(CATEGORIES), "float64"))


def draw(results: Results, folder: Path) -> None:
    """One result a system: that of its worse mode."""
    found = {key: skew.row_skew(*pair, ON, list(FEATURES)) for key, pair in read_pairs(results).items()}
    ranked = dict(sorted(found.items(), key=lambda item: item[1].skewed_rows))
    worst = {name: result for (name, _), result in ranked.items()}
    skew.draw({name: worst[name] for name in results.systems}, folder / "row_skew.png")


def read_pairs(results: Results) -> dict[tuple[str, str], tuple[pd.DataFrame, pd.DataFrame]]:
    """Per system and mode, offline and served vectors of the answers that came out of the running system."""
    found = {}
    for name in results.systems:
        offline = results.table(f"serve-{name}", "offline", [*ON, "mode", *FEATURES])
        for mode, served in results.by_mode(f"serve-{name}", "served"):
            live = served.loc[served["replayed"], [*ON, *FEATURES]]  # the others have no served vector
            found[name, mode] = offline[offline["mode"] == mode].merge(live[ON], on=ON), live
    return found


def _cured(results: Results, name: str, mode: str) -> Row:
    """The arm of the ablation in which every cure is applied."""
    if not find_system(name).ablated:
        return make_absent("cured", name, mode, explain_no_ablation(name))
    tables = (results.table(f"causes-{name}", table) for table in ("features", "arms"))
    features, by_day = (table[table["arm"] == EVERY_CURE] for table in tables)
    skewed = estimate(Days(by_day["day"]).ratios(by_day["skewed"], by_day["rows"]))
    return make_row("cured", name, mode, skewed, _describe(features, int(by_day["rows"].sum())))


def _row(key: str, name: str, mode: str, result: skew.RowSkew, part: str = "") -> Row:
    interval = result.interval(find_days(result.by_row["asked_at"]))
    return make_row(key, name, mode, interval, _describe(result.per_feature, result.rows), part)


def _describe(per_feature: pd.DataFrame, answers: int) -> str:
    skewed = (per_feature["skewed"] > 0).sum()
    return f"{skewed} of {len(per_feature)} features skewed; {answers:,} live answers"
