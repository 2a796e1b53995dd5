"""Who guards the rulers, the engine's keys and the sandbox? Breaks them in every way mutmut knows; runs their tests.

    python -m tests.mutation.mutation_runs                 all groups; what was done for the same code is kept
    python -m tests.mutation.mutation_runs skew gate       some of them

A group is a few modules with the tests that answer for them: mutmut slows down what it watches, so each group has a
copy of its own below ``.study/mutation``. The score is the share of mutants that a test notices, be it by never ending;
the others are listed and judged in ``survivors.md``. Source: DeMillo et al. 1978, "Hints on test data selection".
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from lab.engine.import_closure import find_packages
from lab.engine.workspace import REPOSITORY, open_workspace, study_folder
from tests.mutation.survivors import PAGE, write
from tests.mutation.survivors import rows as survivors_of


@dataclass(frozen=True)
class Group:
    """Files with what is broken, and test files or folders that answer for it, from the repository's root.

    ``fixtures``: the tests need those of the folders around them.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    fixtures: bool = False

    @property
    def room(self) -> str:
        """The package at the top of the repository in which the files lie."""
        return self.files[0].partition("/")[0]


def _list_files(folder: str, modules: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{module}.py" for module in modules.split())


def _rulers(modules: str, tests: str) -> Group:
    """Modules of ``measure`` with the test files of that room."""
    return Group(_list_files("measure", modules), tuple(f"tests/measure/test_{test}.py" for test in tests.split()))


ENGINE = "step_keys import_closure code_digest locked_versions step_cache"
"""What decides whether a result is still good."""
ASKED = "step_keys import_closure code_digest locked_versions step_cache"
"""The engine's tests that ask about those alone: others start processes, which mutmut's own get in the way of."""
GROUPS: dict[str, Group] = {
    "ablation": _rulers("data/ablation figures/trouble_panels", "ablation figures"),
    "backtest": _rulers("data/backtest", "backtest figures"),
    "baselines": _rulers("data/baselines", "baselines"),
    "believed": _rulers("data/believed data/days data/scores", "believed_vs_served row_skew figures"),
    "comparison": _rulers("data/comparison data/rounds", "comparison rounds"),
    "break_even": _rulers("cost/break_even data/worlds", "break_even worlds figures"),
    "cochange": _rulers("code/cochange code/effect", "cochange figures"),
    "command": _rulers("data/skew_command", "skew_command"),
    "complexity": _rulers("code/complexity code/flags code/lines code/sources", "complexity structure figures"),
    "footprint": _rulers("cost/footprint cost/price_ratios", "footprint figures"),
    "frontier": _rulers("data/frontier", "frontier figures"),
    "gate": _rulers("data/gate data/planted_shift data/table_compare", "gate row_skew figures"),
    "diagnosis": _rulers("data/diagnosis", "diagnosis"),
    "figure_style": _rulers("figures/figure_style", "figure_style figures"),
    "impact": _rulers("code/impact figures/impact_map", "impact impact_map figures"),
    "monitor": _rulers("data/alarms data/bins data/distances data/monitor", "monitor figures"),
    "mutants": _rulers("code/mutants code/operators code/mutation_sites", "mutants"),
    "overlap": _rulers("cost/overlap", "overlap figures"),
    "readers": _rulers("code/readers code/value_paths", "readers value_paths"),
    "regret": _rulers("data/regret", "regret figures"),
    "reuse": _rulers("cost/reuse", "reuse figures"),
    "rework": _rulers("cost/rework", "rework"),
    "roles": _rulers("code/roles code/tagging", "roles figures"),
    "sharing": _rulers("data/sharing data/over_requests", "sharing figures"),
    "outcome_matrix": _rulers("figures/outcome_matrix", "figures"),
    "turn_chart": _rulers("figures/turn_chart", "figures"),
    "skew": _rulers("data/classes data/skew", "classes row_skew figures"),
    "structure": _rulers("code/callgraph code/graphs code/names code/structure", "structure figures"),
    "survival": _rulers("data/survival figures/survival_map", "survival figures"),
    "unseen": _rulers("data/unseen", "unseen"),
    "engine": Group(
        _list_files("lab/engine", ENGINE),
        tuple(f"tests/lab/engine/test_{test}.py" for test in ASKED.split()),
        fixtures=True,
    ),
    "sandbox": Group(_list_files("lab/sandbox", "sandbox patched_copy"), ("tests/lab/sandbox",), fixtures=True),
}
COPIED = (*find_packages(REPOSITORY), "tests", "locks")
AT_ONCE = 2
NOTICED = ("killed", "timeout")
WANTED = 0.85
MUTMUT = str(Path(sys.executable).parent / "mutmut")


def main(names: list[str]) -> int:
    """Run the groups named, all if none is; exit status 1 for an unknown name, and for a score below ``WANTED``."""
    if unknown := [name for name in names if name not in GROUPS]:
        print(f"mutation: no group {unknown[0]!r}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 1
    with open_workspace(study_folder()) as home, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda name: _run(home / "mutation" / name, name), names or GROUPS):
            pass
        return _report(home / "mutation")


def _run(folder: Path, name: str) -> None:
    """Break everything in a group. What was noticed before in the same code is kept, the survivors are tried again."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _living(folder)
    for package in COPIED:
        shutil.copytree(REPOSITORY / package, folder / package, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "requirements.lock", folder)
    (folder / "pyproject.toml").write_text(_settings(GROUPS[name]))
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)  # which test reaches what may have changed
    with (folder / "log.txt").open("w") as log:
        ended = _mutmut(folder, [], log)
        if again := [mutant for mutant in _living(folder) if mutant in before]:
            ended |= _mutmut(folder, again, log)
    counted = dict(Counter(_verdicts(folder).values()))
    print(f"{name:12} {f'did not run: see {log.name}' if ended else counted}", flush=True)


def _mutmut(folder: Path, mutants: list[str], log: TextIO) -> int:
    """The exit status: not 0 if the tests fail on the code as it is."""
    command = [MUTMUT, "run", "--max-children", "1", *mutants]
    return subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False).returncode


def _living(folder: Path) -> list[str]:
    return [mutant for mutant, verdict in _verdicts(folder).items() if verdict not in NOTICED]


def _verdicts(folder: Path) -> dict[str, str]:
    """Every mutant's verdict in mutmut's words; none for a group that has not run."""
    command = [MUTMUT, "results", "--all", "true"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return dict(re.findall(r"^\s*(\S+): (.+?)\s*$", said, flags=re.MULTILINE))


def _report(folder: Path) -> int:
    """The score of all groups that have run so far; the page of survivors once that is all of them."""
    ran = [name for name in GROUPS if (folder / name).exists()]
    of = {name: _verdicts(folder / name) for name in ran}
    living = {name: _living(folder / name) for name in ran}
    mutants = sum(map(len, of.values()))
    noticed = mutants - sum(map(len, living.values()))
    print(f"{noticed:,} of {mutants:,} mutants noticed: {noticed / max(mutants, 1):.1%}")
    if ran == list(GROUPS):
        rows = [row for name, survivors in living.items() for row in survivors_of(folder / name, survivors)]
        print(f"{PAGE.name}: {write(rows, noticed, mutants)} of {len(rows)} survivors not judged yet")
    return int(noticed < WANTED * mutants)


def _settings(group: Group) -> str:
    options = [*([] if group.fixtures else ["--noconftest"]), "-p", "no:cacheprovider", "-q"]
    return "\n".join(
        [
            "[tool.pytest.ini_options]",
            'addopts = "--import-mode=importlib"',
            'markers = ["quick", "slow"]',
            "[tool.mutmut]",
            f"source_paths = {[group.room]}",
            f"only_mutate = {list(group.files)}",
            f"also_copy = {[name for name in (*COPIED, 'requirements.lock') if name != group.room]}",
            f"pytest_add_cli_args = {options}",
            f"pytest_add_cli_args_test_selection = {list(group.tests)}",
            "use_git_change_detection = false",
            'process_isolation = "forkserver"',  # grimp's threads do not survive a fork
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
