"""A new pattern or system is its own folder: in a copy of the repository it is found everywhere, nothing edited."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.engine.workspace import REPOSITORY

pytestmark = pytest.mark.slow

CARD = """\
name = "{name}"
japanese = "{name}です"
kind = "{kind}"
theme = "{theme}"
rows = ["X9"]
source = "Made up for a test."
problem = "Nobody has this problem."
structure = "One function."
when = "Never."
cost = "Nothing."
opposites = ["{opposite}"]
lesson = "01_the_problem"
"""
EXPERIMENT = '''\
"""How many letters do both sides answer with?"""


def measure(folder, sides):
    letters = {name: len(side.answer()) for name, side in sides.items()}
    return {"headline": f"{letters['dummy_bad']} letters against {letters['dummy_good']}", "letters": letters}
'''
SYSTEM = """
[look]
label = "Sixth"
colour = "#123456"
marker = "o"
hatch = ""

[system]
order = 6
arm = "small"
stages = [["serve", "batch"]]
jobs = []
schedules = []
data_edges = []
models = ""
programs = {}
weather_code = {}
"""
PACKAGE = '"""A dummy."""\n\n\ndef answer():\n    return "{answer}"\n'
PAIR = {
    "antipatterns/dummies/__init__.py": '"""Dummies."""\n',
    "antipatterns/dummies/dummy_bad/__init__.py": PACKAGE.format(answer="no, no"),
    "antipatterns/dummies/dummy_bad/card.toml": CARD.format(
        name="A dummy worse", kind="anti-pattern", theme="dummies", opposite="dummy_good"
    )
    + 'experiment = "dummy"\n',
    "reference/dummies/__init__.py": '"""Dummies."""\n',
    "reference/dummies/dummy_good/__init__.py": PACKAGE.format(answer="yes"),
    "reference/dummies/dummy_good/card.toml": CARD.format(
        name="A dummy better", kind="pattern", theme="dummies", opposite="dummy_bad"
    )
    + 'experiment = "dummy"\n',
    "lab/patterns/experiments/dummy.py": EXPERIMENT,
}
SIXTH = {
    "reference/systems/sixth/__init__.py": '"""A sixth system."""\n',
    "reference/systems/sixth/system.py": '"""Its door."""\n\n\nclass System:\n    name = "sixth"\n',
    "reference/systems/sixth/card.toml": CARD.format(
        name="A sixth system", kind="pattern", theme="systems", opposite="monolith"
    )
    + SYSTEM,
}
SHOW_PAGES = "from publish.catalogue_page import render_pages; print(*render_pages().values())"
SHOW_EXPERIMENTS = "from lab.patterns.experiment_list import list_experiments; print(*list_experiments())"
SHOW_SYSTEMS = "from lab.systems import list_core, read_systems; print(list(read_systems())[-1], len(list_core()))"


class Copy:
    """A copy of this repository, committed."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        for name in self.list_files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes((REPOSITORY / name).read_bytes())
        self.call("git", "init", "-q")
        self.call("git", "add", ".")
        self.call("git", "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "-m", "A copy")

    def list_files(self) -> list[str]:
        known = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(known, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()
        return [name for name in names if (REPOSITORY / name).is_file()]

    def add(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)

    def call(self, *command: str) -> str:
        """What a command prints, in the copy; it has to end well."""
        path = os.pathsep.join(filter(None, [str(self.root), os.environ.get("PYTHONPATH")]))
        here = {"PYTHONPATH": path, "STUDY_HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.root, env=os.environ | here, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def call_python(self, *arguments: str) -> str:
        return self.call(sys.executable, "-W", "ignore", *arguments)

    def call_pytest(self, *arguments: str) -> str:
        return self.call_python("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)

    def list_changes(self) -> list[str]:
        """The files that are new or not as they were committed."""
        return [line for line in self.call("git", "status", "--porcelain", "-uall").splitlines() if line]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy", tmp_path / "home")


def test_a_new_pair_is_in_the_catalogue_the_contract_the_walls_and_the_experiments(copy: Copy) -> None:
    copy.add(PAIR)
    pages = copy.call_python("-c", SHOW_PAGES)
    assert "| X9 | [A dummy worse](../antipatterns/dummies/dummy_bad/) | anti-pattern |" in pages
    assert "| X9 | [A dummy betterです](../reference/dummies/dummy_good/) | パターン |" in pages
    contract = copy.call_pytest("-vv", "-k", "dummy", "tests/lab/test_pattern_contract.py", "tests/lab/test_cards.py")
    for test in ("can_be_imported_and_says_what_it_is", "offers_the_names_that_its_opposite_offers"):
        assert f"test_it_{test}[dummy_bad] PASSED" in contract
        assert f"test_it_{test}[dummy_good] PASSED" in contract
    copy.call_pytest("-k", "holds", "tests/repository/test_import_contracts.py")
    assert "dummy" in copy.call_python("-c", SHOW_EXPERIMENTS).split()
    assert "dummy: 6 letters against 3\n" in copy.call_python("-m", "lab.patterns", "dummy")
    assert copy.list_changes() == sorted(f"?? {name}" for name in PAIR)
    copy.call_python("-m", "lab.patterns", "dummy", "--record")
    assert "| 6 letters against 3 |" in copy.call_python("-c", SHOW_PAGES)


def test_a_new_system_is_in_the_catalogue_the_list_of_systems_and_the_contract(copy: Copy) -> None:
    copy.add(SIXTH)
    assert "[A sixth system](../reference/systems/sixth/)" in copy.call_python("-c", SHOW_PAGES)
    assert copy.call_python("-c", SHOW_SYSTEMS) == "sixth 5\n"
    tests = copy.call_pytest("--collect-only", "tests/problem/test_contract.py", "tests/lab/test_pattern_contract.py")
    assert "::test_awkward_questions_are_answered_as_the_oracle_answers_them_at_the_stated_age[sixth batch]" in tests
    assert "::test_it_can_be_imported_and_says_what_it_is[sixth]" in tests
    assert copy.list_changes() == sorted(f"?? {name}" for name in SIXTH)
