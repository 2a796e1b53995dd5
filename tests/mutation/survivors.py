"""The page of the mutants that no test notices, each with the verdict that somebody gave it.

Verdicts are written by hand into the page's last column and kept when the page is written anew: they belong to a
function and a change in it, not to a number that moves with every edit.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("survivors.md")
OPEN = "not judged"
HEAD = """# Mutants that live

`make mutate` breaks every function of `measure/` in every way that mutmut knows and runs the tests that answer for it.
{noticed:,} of {mutants:,} mutants are noticed, **{score:.1%}**. Those below are not. A verdict says why that is right,
or that it is not:

- **same**: no result can differ; another spelling of the same thing, or a guard that its callers make idle.
- **looks**: how thick a line is, where a label stands. The tests of figures hold what is shown, not its style.
- **gap**: a test ought to notice, and none does yet.

| function | as it is | broken | verdict |
| --- | --- | --- | --- |
"""
DIFF = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
files = [name.rpartition(".")[0].replace(".", "/") + ".py" for name in sys.argv[1:]]
print(json.dumps([get_diff_for_mutant(name, path=file) for name, file in zip(sys.argv[1:], files)]))
"""
LINES = {side: re.compile(rf"^\{side}(?!\{side}\{side} )(.*)$", re.MULTILINE) for side in "-+"}


def rows(folder: Path, mutants: list[str]) -> list[str]:
    """The page's rows, without their verdicts, for survivors of one group whose copy of the code is in ``folder``."""
    if not mutants:
        return []
    command = [sys.executable, "-c", DIFF, *mutants]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    changes = dict(zip(mutants, json.loads(said), strict=True))
    return [f"| {_function(mutant)} | {_side('-', diff)} | {_side('+', diff)} |" for mutant, diff in changes.items()]


def _function(mutant: str) -> str:
    """``measure.data.days.xǁDaysǁsums__mutmut_3`` is days.Days.sums to a reader."""
    module, _, name = mutant.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module.rpartition('.')[2]}.{name.removeprefix('xǁ').removeprefix('x_').replace('ǁ', '.')}"


def _side(side: str, diff: str) -> str:
    code = " ".join(line.strip() for line in LINES[side].findall(diff))
    return f"`{code}`".replace("|", "\\|") if code else "(nothing)"


def write(found: list[str], noticed: int, mutants: int, page: Path = PAGE) -> int:
    """Write the page with the verdicts it had; how many rows have none."""
    known = verdicts(page)
    lines = [f"{row} {known.get(row, OPEN)} |" for row in dict.fromkeys(found)]
    page.write_text(HEAD.format(noticed=noticed, mutants=mutants, score=noticed / mutants) + "\n".join(lines) + "\n")
    return sum(row not in known for row in dict.fromkeys(found))


def verdicts(page: Path = PAGE) -> dict[str, str]:
    """The verdict of every row that was given one."""
    if not page.exists():
        return {}
    found = re.findall(r"^(\| .* \|) ((?:same|looks|gap)\b[^|]*) \|$", page.read_text(), flags=re.MULTILINE)
    return dict(found)
