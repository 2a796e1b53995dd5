"""Change one number in a notebook's stored outputs, and the strict run must fail; untouched, it must pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from publish.notebooks import build_notebooks, notebook_rules

pytestmark = pytest.mark.study

ROOT = Path(__file__).parents[2]
TOY = """\
# %%
print("flights:", 336776)

# %%
0.25

# %% what nobody can repeat, and conftest.py leaves out
import sys
import time
from IPython.display import HTML

print(time.time_ns(), file=sys.stderr)
HTML(f"<b>{time.time_ns()}</b>")
"""


def needs_no_results(notebook: Path) -> bool:
    source = (build_notebooks.SOURCES / f"{notebook.stem}.py").read_text()
    return re.search(r"\bstudy\b|STUDY_HOME", source) is None


REAL = sorted(filter(needs_no_results, build_notebooks.HERE.glob("*.ipynb")), key=lambda path: path.stat().st_size)[:1]


def nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    """Run one notebook as `make test` runs them all: the same options, the same conftest.py."""
    shutil.copy(ROOT / "conftest.py", notebook.parent)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--color=no", "--nbval"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    arguments = [*command, "-p", "no:cacheprovider", str(notebook)]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)


def change_a_number(cell: NotebookNode) -> bool:
    """Give the first digit in the cell's compared outputs another value, if there is one."""
    if not re.search(r"\d", "".join(text for _, text in notebook_rules.select_outputs(cell))):
        return False
    for output in cell.outputs:
        holder, key = (output, "text") if output.output_type == "stream" else (output.get("data", {}), "text/plain")
        if re.search(r"\d", text := holder.get(key, "")):
            holder[key] = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text, count=1)
            return True
    return False


def tamper(notebook: Path, *, from_cell: int = 0) -> None:
    """Change one stored number of the notebook, in the first cell from `from_cell` on that has one."""
    content = nbformat.read(notebook, as_version=4)
    assert any(change_a_number(cell) for cell in content.cells[from_cell:] if cell.cell_type == "code")
    nbformat.write(content, notebook)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small notebook from the same tool as the real ones."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "toy.py").write_text(TOY)
    assert build_notebooks.build(folder / "toy.py", folder / "toy.ipynb") == []
    return folder / "toy.ipynb"


def test_an_untouched_notebook_passes(toy: Path, tmp_path: Path) -> None:
    result = nbval(Path(shutil.copy(toy, tmp_path)))
    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


@pytest.mark.parametrize("from_cell", [0, 1], ids=["printed", "shown as a value"])
def test_a_changed_number_is_found(toy: Path, tmp_path: Path, from_cell: int) -> None:
    notebook = Path(shutil.copy(toy, tmp_path))
    tamper(notebook, from_cell=from_cell)
    result = nbval(notebook)
    assert result.returncode == 1, result.stdout
    assert f"Cell {from_cell}: Cell outputs differ" in result.stdout
    assert "1 failed, 2 passed" in result.stdout


def test_a_changed_number_in_a_real_notebook_is_found(tmp_path: Path) -> None:
    for path in REAL:  # none where every notebook reads the study's results
        notebook = Path(shutil.copy(path, tmp_path))
        tamper(notebook)
        result = nbval(notebook)
        assert result.returncode == 1, result.stdout
        assert "Cell outputs differ" in result.stdout
