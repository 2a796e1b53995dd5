"""Cures: every marked cause has one patch, every cause does harm of its own, and all cures together leave no skew."""

import re
from pathlib import Path

import pandas as pd
import pytest

from changes.copies import REPOSITORY, cured_copy, cures_of, run_in
from problem.oracle import oracle
from problem.questions import NEW_YORK, questions, scheduled_between
from problem.replay import look_ups
from runner.workers.serving import open_system
from tests.awkward import differing

CAUSES = {
    "monolith": ["as_of_midnight", "late_facts"],
    "split": [
        "departure_hour_weather",
        "empty_window",
        "previous_row",
        "scheduled_clock",
        "utc_calendar",
        "window_edges",
    ],
    "fti": ["last_refresh"],
}
MODES = {"monolith": "batch", "split": "real_time"}
TRAINING_PATH = """
import sys
import pandas as pd
from pathlib import Path
from problem.facts import load_facts
from problem.world import World
from runner.workers.serving import END, open_system
name, home, asked, out, now = sys.argv[1:]
system, questions, facts = open_system(name, Path(home)), pd.read_parquet(asked), load_facts()
if now:
    system.wake(World(facts, pd.Timestamp(now)))
system.training_features(facts.known_at(END), questions).to_parquet(out)
"""


@pytest.fixture(scope="module", params=sorted(MODES))
def served_slice(request, facts, tmp_path_factory):
    """A system's name, questions around the autumn clock change with a few quiet nights, and the vectors it served."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    asked = questions(facts, MODES[name])
    days = pd.Timestamp("2013-11-02", tz=NEW_YORK), pd.Timestamp("2013-11-05", tz=NEW_YORK)
    asked = scheduled_between(asked, *days)
    asked.to_parquet(folder / "asked.parquet")
    return name, folder, pd.concat(look_ups(open_system(name, folder / "home"), facts, asked), ignore_index=True)


def offline(name: str, folder: Path, patches: list[Path], now: str = "") -> pd.DataFrame:
    """The training path of a copy with these patches, for the questions in the folder."""
    with cured_copy(patches) as copy:
        where = [str(folder / "copy-home"), str(folder / "asked.parquet"), str(folder / "out.parquet")]
        run_in(copy, ["-W", "ignore", "-c", TRAINING_PATH, name, *where, now])
    return pd.read_parquet(folder / "out.parquet")


def test_every_marked_cause_has_one_cure_and_every_cure_one_mark():
    for name, causes in CAUSES.items():
        folder = REPOSITORY / ("reference" if name == "fti" else "antipatterns") / name
        marks = [
            mark for file in folder.rglob("*.py") for mark in re.findall(r"# cause: (\w+)$", file.read_text(), re.M)
        ]
        assert sorted(marks) == causes
        assert [patch.stem.removeprefix(f"{name}-") for patch in cures_of(name)] == causes


def test_without_cures_there_is_skew_and_with_all_of_them_there_is_none(served_slice):
    name, folder, served = served_slice
    assert differing(served, offline(name, folder, [])) != {}
    assert differing(served, offline(name, folder, cures_of(name))) == {}


def test_each_cause_alone_leaves_skew(served_slice):
    name, folder, served = served_slice
    for cause in CAUSES[name]:
        others = [patch for patch in cures_of(name) if not patch.stem.endswith(cause)]
        assert len(others) == len(CAUSES[name]) - 1
        assert differing(served, offline(name, folder, others)) != {}, cause


def test_a_store_refreshed_with_every_event_says_what_the_oracle_says(facts, tmp_path):
    asked = questions(facts, "real_time").sample(40, random_state=3).sort_values("asked_at")
    asked = asked[asked["asked_at"] < "2013-06-30"].reset_index(drop=True)
    asked.to_parquet(tmp_path / "asked.parquet")
    stored = offline("fti", tmp_path, cures_of("fti"), now="2013-07-01T00:00Z")
    assert differing(stored, oracle(facts, asked)) == {}


def test_a_patch_that_no_longer_applies_is_named(tmp_path):
    patch = tmp_path / "split-old.patch"
    patch.write_text(cures_of("split")[0].read_text().replace("scheduled_at", "gone_at"))
    with pytest.raises(ValueError, match=r"split-old\.patch no longer applies"), cured_copy([patch]):
        pass
