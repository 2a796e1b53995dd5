"""A small repository of its own for each test: packages that import each other, data, and a lock."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.step import Step

FILES = {
    "toyparts/__init__.py": '"""Parts."""\n',
    "toyparts/clock.py": "HOUR = 3600\n",
    "toyparts/table.py": "import rich\n\nfrom toyparts.clock import HOUR\n\nDAY = 24 * HOUR\n",
    "toyparts/unused.py": "SPARE = 1\n",
    "toysystems/__init__.py": "",
    "toysystems/one/__init__.py": "from toysystems.one.door import ask\n",
    "toysystems/one/door.py": "def ask():\n    return 1\n",
    "toysystems/one/hidden.py": "NEVER = 'imported by a name'\n",
    "toysystems/two.py": "def ask():\n    return 2\n",
    "toylab/__init__.py": "",
    "toylab/work.py": """\
import time
from pathlib import Path
from typing import Any

from lab.engine.progress import reported


def measure(folder, steps, text=""):
    from toyparts.table import DAY

    with (steps / "order.txt").open("a") as order:
        order.write(f"{folder.name}\\n")
    for _ in reported(range(2)):
        (folder / "out.txt").write_text(f"{text} {DAY}")
""",
    "toylab/small.py": "def count(folder, steps):\n    (folder / 'out.txt').write_text('1')\n",
    "toydata/flights.csv": "a,b\n",
    "toydata/deep/planes.csv": "c,d\n",
    "requirements.lock": """\
markdown-it-py==3 \\
    --hash=sha256:00
    # via
    #   myst-parser
    #   rich
mdurl==2 \\
    --hash=sha256:01
    # via markdown-it-py
numpy==2.1
    # via toy (pyproject.toml)
rich==13 ; sys_platform != 'win32' \\
    --hash=sha256:02
    # via toy (pyproject.toml)
""",
}


class Tree:
    """A repository in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write a file, surely with another time of change than before."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.stat().st_mtime_ns if file.exists() else 0
        file.write_text(text)
        os.utime(file, ns=(max(before + 1, file.stat().st_mtime_ns),) * 2)

    def append(self, name: str, text: str) -> None:
        """Add text to a file."""
        self.write(name, (self.root / name).read_text() + text)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """A small repository that Python finds."""
    made = Tree(tmp_path / "repository")
    sys.path.insert(0, str(made.root))
    yield made
    sys.path.remove(str(made.root))


@pytest.fixture
def show(tree: Tree, tmp_path: Path) -> Callable[..., str]:
    """Runs steps; gives what the reader sees."""

    def run_steps(*steps: Step, **options: Any) -> str:
        seen = io.StringIO()
        with Display(Console(file=seen, width=200)) as display:
            Executor(steps, tmp_path / "steps", display, tree.root, libraries=(), **options).run()
        return seen.getvalue()

    return run_steps


@pytest.fixture
def run(show: Callable[..., str], tmp_path: Path) -> Callable[..., list[str]]:
    """Runs steps; gives the names of those that really ran, in order."""

    def run_steps(*steps: Step) -> list[str]:
        order = tmp_path / "steps" / "order.txt"
        order.unlink(missing_ok=True)
        show(*steps)
        return order.read_text().split() if order.exists() else []

    return run_steps
