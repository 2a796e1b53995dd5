"""Complexity, flags and lines by mode are those counted by hand; what is planted is found."""

import sys
import warnings
from collections.abc import Callable
from importlib import util
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.code import complexity as ruler
from measure.code.complexity import complexity
from measure.code.flags import flag_arguments
from measure.code.lines import CannotShare, executable_lines, line_shares, lines_run
from measure.code.sources import CannotRead

Writer = Callable[[str], Path]


@pytest.fixture
def file(tmp_path: Path) -> Writer:
    """Writes toy.py, and returns its path."""

    def write(source: str) -> Path:
        (tmp_path / "toy.py").write_text(dedent(source))
        return tmp_path / "toy.py"

    return write


def imported(path: Path) -> ModuleType:
    spec = util.spec_from_file_location("toy", path)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NESTED = """
    from functools import cache

    def straight(x):
        return x + 1

    @cache
    def nested(rows):
        for row in rows:
            if row:
                if row > 1:
                    return row

    class Shop:
        def switch(self, a, b, c):
            if a and b and c:
                return 1
            return 2

        async def wait(self, x):
            if x:
                x = None
            def inner(y):
                if y:
                    return y
            return inner(x)
"""


def test_both_complexities_are_those_counted_by_hand(file: Writer) -> None:
    path = file(NESTED)
    expected = pd.DataFrame(
        # McCabe: one, and one more per if, for and "and". Cognitive: one per structure and its depth,
        # one per run of "and"; the inner function adds to the outer one.
        [
            (path, 4, "straight", 1, 0),
            (path, 8, "nested", 4, 1 + 2 + 3),
            (path, 15, "Shop.switch", 4, 1 + 1),
            (path, 20, "Shop.wait", 2, 1 + 2),
            (path, 23, "Shop.wait.inner", 2, None),
        ],
        columns=["file", "line", "function", "mccabe", "cognitive"],
    ).astype({"mccabe": "Int64", "cognitive": "Int64"})
    pd.testing.assert_frame_equal(complexity([path]).per_function, expected)


def test_words_in_f_strings_are_read_without_a_fall(file: Writer) -> None:
    source = "def f(x):\n    return f'{x!r:>{10}} {1 if x else 2} if for and def g():'\n"
    assert complexity([file(source)]).per_function.notna().all(axis=None)


def test_the_tools_disagree_on_which_of_two_functions_is_worse(file: Writer) -> None:
    flat = "def flat(x):\n" + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(5))
    deep = "def deep(x):\n" + "".join(f"{'    ' * n}    if x > {n}:\n" for n in range(4)) + " " * 20 + "return x\n"
    result = complexity([file(flat + deep)])
    assert result.maximum("mccabe") == ("flat", 6)
    assert result.maximum("cognitive") == ("deep", 1 + 2 + 3 + 4)


def test_the_first_of_equals_is_the_maximum(file: Writer) -> None:
    result = complexity([file("def b():\n    return 1\ndef a():\n    return 1\n")])
    assert (result.maximum("mccabe"), result.maximum("cognitive")) == (("b", 1), ("b", 0))


def test_a_function_cut_in_two_lowers_the_mean_and_not_what_we_report(file: Writer) -> None:
    worst = "def f(x):\n    for y in x:\n        if y:\n            return y\n    return g(x)\n"
    whole = complexity([file(worst + "def g(x):\n    return h(x) + 1\n")])
    cut = complexity([file(worst + "def g(x):\n    return k(h(x))\ndef k(x):\n    return x + 1\n")])
    assert cut.per_function["mccabe"].mean() < whole.per_function["mccabe"].mean()
    assert cut.maximum("mccabe") == whole.maximum("mccabe") == ("f", 3)
    assert cut.maximum("cognitive") == whole.maximum("cognitive") == ("f", 3)


def test_each_number_carries_its_tool_and_version(file: Writer) -> None:
    tools = {"mccabe": f"lizard {version('lizard')}", "cognitive": f"complexipy {version('complexipy')}"}
    assert complexity([file("def f(): ...")]).tools == tools


def test_what_a_tool_misses_is_null_and_not_zero(file: Writer) -> None:
    source = "class A:\n    def p(self): return 1\n\n    def q(self):\n        return 2\n"
    assert complexity([file(source)]).per_function["mccabe"].isna().tolist() == [True, False]


def test_code_without_functions_has_no_maximum(file: Writer) -> None:
    result = complexity([file("x = 1")])
    assert result.per_function.empty
    with pytest.raises(CannotRead, match=r"^no function has a mccabe complexity$"):
        result.maximum("mccabe")


@pytest.mark.parametrize("ruler_of", [complexity, flag_arguments, executable_lines])
def test_what_is_no_source_is_refused(file: Writer, ruler_of: Callable[[list[Path]], object]) -> None:
    with pytest.raises(CannotRead, match=r"toy\.py is not Python: "):
        ruler_of([file("def f(:")])
    with pytest.raises(CannotRead, match="no such file or folder"):
        ruler_of([Path("gone")])


FLAGS: dict[str, tuple[str, list[tuple[str, str, str, tuple[int, ...]]]]] = {
    "annotated": ("def f(a: bool):\n    if a: ...", [("f", "a", "boolean", (2,))]),
    "by default": ("def f(b, a=False):\n    if b: ...", [("f", "a", "boolean", ())]),
    "by a default among others": ("def f(x, y=1, /, a=True, b=None): ...", [("f", "a", "boolean", ())]),
    "by keyword": (
        "def f(*, x, a=True, b: bool): ...",
        [("f", "a", "boolean", ()), ("f", "b", "boolean", ())],
    ),
    "in quotes": ("def f(a: 'bool'): ...", [("f", "a", "boolean", ())]),
    "or None": (
        "def f(a: bool | None, b: Optional[bool], c: None | bool): ...",
        [("f", n, "boolean", ()) for n in "abc"],
    ),
    "no flags": ("def f(a: int, b=None, c=1, d='x', e: list[bool] = (), *g: bool, **h: bool):\n    if a: ...", []),
    "negated": ("def f(a: bool):\n    return 1 if not a else 2", [("f", "a", "boolean", (2,))]),
    "in every kind of branch": (
        "def f(a: bool):\n    while a: ...\n    x = [y for y in z if y if a]\n    match a:\n        case True: ...\n"
        "    if b and (a or c): ...\n    elif a: ...",
        [("f", "a", "boolean", (2, 3, 4, 6, 7))],
    ),
    "twice on a line": ("def f(a: bool): return (1 if a else 2) if a else 3", [("f", "a", "boolean", (1,))]),
    "handed on": ("def f(a: bool):\n    return g(a, a=a)", [("f", "a", "boolean", ())]),
    "of a method": (
        "class A:\n    def f(self, a: bool): ...\n    async def g(self, b=True): ...",
        [("A.f", "a", "boolean", ()), ("A.g", "b", "boolean", ())],
    ),
    "inside": ("def f(a: bool):\n    def g():\n        if a: ...", [("f", "a", "boolean", (3,))]),
    "a mode": ("def f(m):\n    if m == 'train': ...", [("f", "m", "mode", (2,))]),
    "a mode from the other side": ("def f(m):\n    if 'train' != m: ...", [("f", "m", "mode", (2,))]),
    "a mode among several": ("def f(m):\n    return 1 if m in ('a', 'b') else 2", [("f", "m", "mode", (2,))]),
    "modes in a set or a list": (
        "def f(m, n):\n    if m in {'a'}: ...\n    if n not in ['b']: ...",
        [("f", "m", "mode", (2,)), ("f", "n", "mode", (3,))],
    ),
    "a mode matched": ("def f(m):\n    match m:\n        case 'a' | 'b': ...", [("f", "m", "mode", (2,))]),
    "a mode matched alone": (
        "def f(m):\n    match m:\n        case 1: ...\n        case 'a': ...",
        [("f", "m", "mode", (2,))],
    ),
    "a boolean mode": ("def f(m: bool):\n    if m == 'a': ...", [("f", "m", "boolean", (2,))]),
    "no mode in a number": ("def f(m):\n    if m == 1: ...\n    match m:\n        case 1: ...", []),
    "no mode in another's": ("def f(m, n):\n    if m and n.x == 'a': ...", []),
    "no mode in a look-up": ("def f(m):\n    if m['a'] == 'b': ...\n    match m['a']:\n        case 'b': ...", []),
    "no mode without a branch": ("def f(m):\n    return m == 'a'", []),
    "nothing of a lambda": ("f = lambda a=True: 1 if a else 2", []),
}


@pytest.mark.parametrize("case", FLAGS)
def test_flag_arguments_are_those_a_reader_would_name(file: Writer, case: str) -> None:
    source, expected = FLAGS[case]
    found = flag_arguments([file(source)])
    assert [(flag.function, flag.argument, flag.kind, flag.branches) for flag in found] == expected


def test_a_flag_prints_as_one_line(file: Writer) -> None:
    flags = flag_arguments([file("def f(\n    a: bool,\n    b: bool,\n):\n    if a: ...\n    if a: ...")])
    assert [str(flag) for flag in flags] == [
        "toy.py:2 f(a) branches on line 5, 6",
        "toy.py:3 f(b) does not branch",
    ]
    assert flags[0].file.name == "toy.py"


MODES = """
    LIMIT = 3


    class Shop:
        name = "shop"

        def work(self, mode):
            \"\"\"Words.\"\"\"
            total = sum(
                [1,
                 2],
            )
            if mode == "train":
                text = f"{total!r:>{10}}"
            elif mode == "serve":
                text = "b"
            elif mode == "never":  # pragma: no cover
                text = "c"
            return total, text

        def abstract(self):
            ...


    def one_line(x): return x


    def outer():
        def inner():
            return 1

        class Local:
            y = 2

        return inner
"""


def test_a_statement_right_after_a_function_is_not_in_it(file: Writer) -> None:
    path = file("def f():\n    return 1\nx = f()\ny = 2\n")
    assert executable_lines([path]) == {(path, 2)}


def ran(path: Path, call: Callable[[], object]) -> set[int]:
    return {line for _, line in lines_run(call, [path])}


def test_only_statements_inside_functions_are_executable_lines(file: Writer) -> None:
    path = file(MODES)
    assert executable_lines([path]) == {(path, n) for n in (10, 14, 15, 16, 17, 18, 19, 20, 30, 31, 33, 34, 36)}


def test_the_lines_run_are_those_of_the_call_in_a_module_imported_before(file: Writer) -> None:
    path = file(MODES)
    shop = imported(path).Shop()
    always = {10, 14, 20}
    assert ran(path, lambda: shop.work("train")) == always | {15}
    assert ran(path, lambda: shop.work("serve")) == always | {16, 17}
    assert ran(path, lambda: shop.work("never")) == always | {16, 18, 19}
    assert ran(path, lambda: None) == set()


def test_an_import_during_the_call_runs_no_function(file: Writer) -> None:
    path = file(MODES)
    assert ran(path, lambda: imported(path)) == set()
    assert ran(path, lambda: imported(path).outer()) == {30, 33, 34, 36}


def test_only_the_given_files_are_watched(file: Writer, tmp_path: Path) -> None:
    toy = imported(file(MODES))
    other = tmp_path / "other.py"
    other.write_text("def f():\n    return 1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a file that nobody has imported is no reason for words
        assert lines_run(toy.outer, [other]) == set()
    assert {path.name for path, _ in lines_run(lambda: (toy.outer(), imported(other).f()), [tmp_path])} == {
        "toy.py",
        "other.py",
    }


def test_a_relative_path_stays_relative(file: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file(MODES).parent)
    toy = imported(Path("toy.py"))
    assert {path for path, _ in executable_lines([Path()])} == {Path("toy.py")}
    assert (Path("toy.py"), 36) in lines_run(toy.outer, [Path()])


def test_a_call_that_fails_fails_and_leaves_nothing_watching(file: Writer, tmp_path: Path) -> None:
    path = file("def f():\n    raise KeyError('lost')\n")
    before = sys.gettrace()
    with pytest.raises(KeyError, match="lost"):
        lines_run(imported(path).f, [path])
    assert sys.gettrace() is before
    assert ran(path, lambda: None) == set()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["toy.py"]


def test_a_planted_dead_branch_is_found(file: Writer) -> None:
    path = file(MODES)
    shop = imported(path)
    modes: dict[str, Callable[[], object]] = {
        "training": lambda: (shop.Shop().work("train"), shop.outer()),
        "serving": lambda: (shop.Shop().work("serve"), shop.outer()()),
    }
    result = line_shares({mode: lines_run(call, [path]) for mode, call in modes.items()}, executable_lines([path]))
    assert result.lines == 13
    assert result.dead_lines == ((path, 18), (path, 19))
    assert (result.dead, result.everywhere, result.several) == (2 / 13, 7 / 13, 0)
    assert result.only == {"training": 1 / 13, "serving": 3 / 13}
    assert result.one_mode == pytest.approx(4 / 13)


def test_lines_of_some_modes_are_told_from_those_of_all() -> None:
    a, b, c, d = ((Path("x.py"), n) for n in (4, 3, 2, 1))
    result = line_shares({"one": {a, b}, "two": {a, b, c}, "three": {a}}, {a, b, c, d})
    assert (result.everywhere, result.several, result.dead) == (0.25, 0.25, 0.25)
    assert result.only == {"one": 0, "two": 0.25, "three": 0}
    assert result.dead_lines == (d,)


def test_a_mode_against_itself_shares_everything() -> None:
    lines = {(Path("x.py"), n) for n in range(9)}
    result = line_shares({"one": lines, "again": lines}, lines)
    assert (result.everywhere, result.several, result.one_mode, result.dead, result.dead_lines) == (1, 0, 0, 0, ())


def test_lines_that_cannot_be_divided_are_refused() -> None:
    one, other = (Path("x.py"), 1), (Path("x.py"), 2)
    with pytest.raises(CannotShare, match=r"^1 modes, 1 lines, 0 lines run that are none of them$"):
        line_shares({"one": {one}}, {one})
    with pytest.raises(CannotShare, match=r"^2 modes, 0 lines, 0 lines"):
        line_shares({"one": set(), "two": set()}, set())
    with pytest.raises(CannotShare, match=r"^2 modes, 1 lines, 1 lines run that are none of them$"):
        line_shares({"one": {one}, "two": {other}}, {one})


numbers = st.sets(st.integers(0, 20))


@settings(deadline=None)
@given(st.lists(numbers, min_size=2, max_size=4))
def test_the_shares_are_disjoint_and_add_to_one(modes: list[set[int]]) -> None:
    run = {str(mode): {(Path("x.py"), n) for n in lines} for mode, lines in enumerate(modes)}
    result = line_shares(run, {(Path("x.py"), n) for n in range(21)})
    assert result.everywhere + result.several + result.one_mode + result.dead == pytest.approx(1)
    assert result.everywhere == len(set.intersection(*modes)) / 21
    assert result.dead * 21 == pytest.approx(21 - len(set.union(*modes)))
    for mode, lines in enumerate(modes):
        others = set.union(*(other for number, other in enumerate(modes) if number != mode))
        assert result.only[str(mode)] == len(lines - others) / 21


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(file: Writer, tmp_path: Path) -> None:
    path = file(NESTED)
    lines = executable_lines([path])
    result = complexity([path]), line_shares({"one": lines, "two": set()}, lines)
    for name in ("one", "two"):
        ruler.draw({"monolith": result, "fti": result}, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
