"""Who guards the rulers? Breaks every function of ``measure/`` in every way mutmut knows, and runs its tests on each.

    python -m tests.mutation.mutation_runs                 all groups; what was done for the same code is kept
    python -m tests.mutation.mutation_runs skew gate       some of them

A group is a few modules with the tests that answer for them: mutmut slows down what it watches, so each group has a
copy of its own below ``.study/mutation``. A module that no group names is not broken. The score is the share of mutants
that a test notices, be it by never ending; the others are listed and judged in ``survivors.md``. Source: DeMillo et al.
1978, "Hints on test data selection".
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from lab.engine.workspace import REPOSITORY, open_workspace, study_folder
from tests.mutation.survivors import PAGE, write
from tests.mutation.survivors import rows as survivors_of

GROUPS: dict[str, tuple[str, str]] = {
    "ablation": ("ablation", "ablation figures"),
    "believed": ("believed days scores", "believed_vs_served row_skew figures"),
    "break_even": ("break_even worlds", "break_even worlds figures"),
    "cochange": ("cochange effect", "cochange figures"),
    "command": ("skew_command", "skew_command"),
    "complexity": ("complexity flags lines sources", "complexity structure figures"),
    "footprint": ("footprint price_ratios", "footprint figures"),
    "gate": ("gate planted_shift table_compare", "gate row_skew figures"),
    "figure_style": ("figure_style", "figure_style figures"),
    "impact": ("impact impact_map", "impact impact_map figures"),
    "monitor": ("alarms bins distances monitor", "monitor figures"),
    "mutants": ("mutants mutation_sites operators", "mutants"),
    "regret": ("regret", "regret figures"),
    "reuse": ("reuse", "reuse figures"),
    "sharing": ("sharing", "sharing figures"),
    "skew": ("classes skew", "classes row_skew figures"),
    "structure": ("callgraph graphs names structure", "structure figures"),
}
"""Per group, its modules (``measure/*/NAME.py``) and its test files (``tests/measure/test_NAME.py``)."""
COPIED = ("antipatterns", "lab", "measure", "parts", "problem", "publish", "reference", "tests")
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
    (folder / "pyproject.toml").write_text(_settings(*GROUPS[name]))
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


def find_modules(names: str) -> list[str]:
    """The files of a group's modules, from the repository's root; raises ``ValueError`` for a name without a file."""
    return [_find_file("measure", f"*/{name}.py") for name in names.split()]


def find_tests(names: str) -> list[str]:
    """The files of a group's tests, from the repository's root; raises ``ValueError`` for a name without a file."""
    return [_find_file("tests", f"measure/test_{name}.py") for name in names.split()]


def _find_file(folder: str, pattern: str) -> str:
    found = [path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / folder).glob(pattern)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} files match {folder}/{pattern}, not one")
    return found[0]


def _settings(modules: str, tests: str) -> str:
    return "\n".join(
        [
            "[tool.pytest.ini_options]",
            'addopts = "--import-mode=importlib"',
            "[tool.mutmut]",
            'source_paths = ["measure"]',
            f"only_mutate = {find_modules(modules)}",
            f"also_copy = {[package for package in COPIED if package != 'measure']}",
            'pytest_add_cli_args = ["--noconftest", "-p", "no:cacheprovider", "-q"]',
            f"pytest_add_cli_args_test_selection = {find_tests(tests)}",
            "use_git_change_detection = false",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
