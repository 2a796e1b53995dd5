"""How nbval runs the notebooks: strictly, save for what is not reproducible by nature.

`pytest --nbval notebooks` executes every notebook anew and compares its outputs with the stored ones word
for word. Left out: pictures (by nbval itself; their numbers are printed), HTML, because every table comes as
plain text too, and stderr, which holds warnings with paths. There is no sanitizer: nbval drops malformed
patterns silently.
"""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as make does: a child that is forked after threads of OpenMP may crash

collect_ignore = [
    "notebooks/exercises"
]  # unfinished on purpose; tests/lab/exercises/test_exercises.py looks after them


def pytest_itemcollected(item: pytest.Item) -> None:
    """Widen what the item's notebook leaves out; nbval has no option for it."""
    if not item.config.getoption("nbval", False):
        return
    from nbval.plugin import IPyNbFile  # takes two seconds to load

    from publish.notebooks.notebook_rules import NOT_COMPARED

    notebook = item.parent
    if isinstance(notebook, IPyNbFile):
        notebook.skip_compare = {*notebook.skip_compare, *NOT_COMPARED}
