"""Results depend on the versions of what the systems run on, and of nothing else that is installed beside it."""

from pathlib import Path

from packaging.utils import canonicalize_name

from runner.lock import ENTRY, running

ROOT = Path(__file__).parents[1]
PROJECT = (ROOT / "pyproject.toml").read_text()
LOCK = "".join(path.read_text() for path in (ROOT / "requirements.lock", *sorted(ROOT.glob("locks/*.lock"))))

TOY_PROJECT = '[project]\ndependencies = ["Systems>=1"]\n[project.optional-dependencies]\ndev = ["checker"]\n'
TOY_LOCK = """\
both==1 \\
    --hash=sha256:00
    # via
    #   checker
    #   needed
checker==2 \\
    --hash=sha256:01
    # via project (pyproject.toml)
needed==3 ; sys_platform != 'win32' \\
    --hash=sha256:02
    # via systems
systems==4 \\
    --hash=sha256:03
    # via project (pyproject.toml)
tool==5 \\
    --hash=sha256:04
    # via checker
"""


def test_what_the_systems_run_on_and_all_that_it_needs_counts() -> None:
    assert running(TOY_LOCK, TOY_PROJECT) == ["both==1", "needed==3", "systems==4"]


def test_a_tool_does_not_count_unless_something_that_runs_needs_it() -> None:
    assert running(TOY_LOCK.replace("tool==5", "tool==6"), TOY_PROJECT) == running(TOY_LOCK, TOY_PROJECT)
    assert running(TOY_LOCK.replace("both==1", "both==2"), TOY_PROJECT) != running(TOY_LOCK, TOY_PROJECT)


def test_of_our_own_lock_the_models_and_the_store_count_and_the_linter_does_not() -> None:
    names = {pin.split("==")[0] for pin in running(LOCK, PROJECT)}
    assert {"scikit-learn", "pandas", "numpy", "feast", "duckdb", "mlflow", "sqlalchemy", "starlette"} <= names
    assert not {"ruff", "pytest", "hypothesis", "schemathesis"} & names


def test_every_entry_of_our_own_lock_is_read() -> None:
    entries = [line for line in LOCK.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert [canonicalize_name(line.split("==")[0]) for line in entries] == [m["name"] for m in ENTRY.finditer(LOCK)]
