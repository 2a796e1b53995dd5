"""Who guards the rulers? Breaks every function of ``measure/`` in every way mutmut knows, and runs its tests on each.

    python -m bench.mutation                 all groups; what was done for the same code is kept
    python -m bench.mutation skew gate       some of them

A group is a few modules with the tests that answer for them: mutmut slows down what it watches, so each group has a
copy of its own below ``.study/mutation``. The score is killed / all mutants; a time-out counts as killed;
survivors are listed in ``.study/results/mutation.json``. Source: DeMillo et al. 1978, "Hints on test data selection".
"""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runner.home import REPOSITORY, opened, study_home

GROUPS: dict[str, tuple[str, str]] = {
    "ablation": ("ablation", "ablation figures"),
    "believed": ("believed days scores", "believed_vs_served row_skew figures"),
    "break_even": ("break_even worlds", "break_even worlds figures"),
    "cochange": ("cochange effect", "cochange figures"),
    "command": ("command", "skew_command"),
    "complexity": ("complexity flags lines sources", "complexity structure figures"),
    "footprint": ("footprint panel", "footprint figures"),
    "gate": ("gate planted rows", "gate row_skew figures"),
    "house": ("house", "house_style figures"),
    "monitor": ("alarms bins distances monitor", "monitor figures"),
    "mutants": ("mutants operators places", "mutants"),
    "regret": ("regret", "regret figures"),
    "reuse": ("reuse", "reuse figures"),
    "sharing": ("sharing", "sharing figures"),
    "skew": ("skew", "row_skew figures"),
    "structure": ("callgraph graphs names structure", "structure figures"),
}
"""Per group, its modules and its test files (``tests/test_<name>.py``)."""
COPIED = ("antipatterns", "changes", "measure", "problem", "reference", "runner", "tests")
AT_ONCE = 2
KILLED = ("killed", "timeout")


def main(names: list[str]) -> int:
    """Run the groups named, all if none is; exit status 1 if a name is unknown."""
    if unknown := [name for name in names if name not in GROUPS]:
        print(f"mutation: no group {unknown[0]!r}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 1
    with opened(study_home()) as home, ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda name: (name, _group(home / "mutation" / name, name)), names or GROUPS))
        verdicts = [(mutant, verdict) for _, group in found for mutant, verdict in group.items()]
        killed = sum(verdict in KILLED for _, verdict in verdicts)
        print(f"{killed:,} of {len(verdicts):,} mutants noticed: {killed / len(verdicts):.1%}")
        (home / "results").mkdir(exist_ok=True)
        survivors = [f"{mutant}: {verdict}" for mutant, verdict in verdicts if verdict not in KILLED]
        report = {"mutants": len(verdicts), "noticed": killed, "survivors": survivors}
        (home / "results" / "mutation.json").write_text(json.dumps(report, indent=1))
    return 0


def _group(folder: Path, name: str) -> dict[str, str]:
    """Every mutant's verdict."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in COPIED:
        shutil.copytree(REPOSITORY / package, folder / package, dirs_exist_ok=True)
    (folder / "pyproject.toml").write_text(_settings(*GROUPS[name]))
    with (folder / "log.txt").open("w") as log:
        subprocess.run(
            [Path(sys.executable).parent / "mutmut", "run", "--max-children", "1"],
            cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    said = subprocess.run(
        [Path(sys.executable).parent / "mutmut", "results", "--all", "true"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = dict(re.findall(r"^\s*(\S+): (.+?)\s*$", said.stdout, flags=re.MULTILINE))
    print(f"{name:12} {dict(Counter(found.values())) or 'did not run: see ' + str(folder / 'log.txt')}", flush=True)
    return found


def _settings(modules: str, tests: str) -> str:
    return "\n".join(
        [
            "[tool.pytest.ini_options]",
            'addopts = "--import-mode=importlib"',
            "[tool.mutmut]",
            'source_paths = ["measure"]',
            f"only_mutate = {[f'measure/{module}.py' for module in modules.split()]}",
            f"also_copy = {[package for package in COPIED if package != 'measure']}",
            'pytest_add_cli_args = ["--noconftest", "-p", "no:cacheprovider", "-q"]',
            f"pytest_add_cli_args_test_selection = {[f'tests/test_{test}.py' for test in tests.split()]}",
            "use_git_change_detection = false",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
