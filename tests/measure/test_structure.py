"""Graphs have the numbers computed by hand; source code has the dependencies written in it, and no others."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.code import structure as ruler
from measure.code.callgraph import call_graph, import_graph
from measure.code.graphs import CannotLink, Edge, Graph
from measure.code.sources import CannotRead
from measure.code.structure import structure

Writer = Callable[..., Path]


@pytest.fixture
def package(tmp_path: Path) -> Writer:
    """Writes a package named shop of these modules, and returns its folder."""

    def write(**sources: str) -> Path:
        for name, source in ({"__init__": '"""A shop."""'} | sources).items():
            file = tmp_path / "shop" / f"{name.replace('__in__', '/')}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(dedent(source))
        return tmp_path / "shop"

    return write


def graph(*edges: str, nodes: str = "") -> Graph:
    """``graph("ab", nodes="c")``: a depends on b, c stands alone."""
    return Graph(frozenset("".join(edges) + nodes), frozenset((edge[0], edge[1]) for edge in edges))


def calls(folder: Path) -> set[Edge]:
    return {(one.removeprefix("shop."), other.removeprefix("shop.")) for one, other in call_graph([folder]).edges}


def imports(folder: Path) -> set[Edge]:
    return {(one.removeprefix("shop."), other.removeprefix("shop.")) for one, other in import_graph([folder]).edges}


@pytest.mark.parametrize(
    ("toy", "cost"),
    [
        (graph(), 0),
        (graph(nodes="a"), 0),
        (graph(nodes="abc"), 0),
        (graph("ab"), 1 / 2),
        (graph("ab", "bc", "cd", "de"), 1 / 2),  # a chain of any length: every earlier one reaches every later one
        (graph("ed", "dc", "cb", "ba"), 1 / 2),
        (graph("ab", "bc", "ca"), 1),
        (graph("ab", "ac", "ad", "ae"), 1 / 5),  # a star of n: n - 1 of n (n - 1) pairs
        (graph("ba", "ca", "da", "ea"), 1 / 5),
        (graph("ab", "bc", nodes="d"), 3 / 12),
        (graph("aa", nodes="b"), 0),
        (graph("aa"), 0),
    ],
)
def test_the_propagation_cost_of_a_toy_is_that_computed_by_hand(toy: Graph, cost: float) -> None:
    assert toy.propagation_cost == cost


@pytest.mark.parametrize(
    ("toy", "cycles"),
    [
        (graph(), ()),
        (graph("aa", "ab"), ()),
        (graph("ba", "ab"), (("a", "b"),)),
        (graph("ab", "bc", "ca", "cd", "ef", "fe"), (("a", "b", "c"), ("e", "f"))),
    ],
)
def test_cycles_are_the_groups_that_depend_on_themselves(toy: Graph, cycles: tuple[tuple[str, ...], ...]) -> None:
    assert toy.cycles == cycles


def test_coupling_counts_who_depends_and_on_whom() -> None:
    table = graph("ab", "ac", "bc", "bb", nodes="d").coupling
    assert table.columns.tolist() == ["node", "ca", "ce", "instability"]
    assert table["node"].tolist() == ["a", "b", "c", "d"]
    assert table["ca"].tolist() == [0, 1, 2, 0]
    assert table["ce"].tolist() == [2, 1, 0, 0]
    assert table["instability"].tolist()[:3] == [1, 0.5, 0]
    assert pd.isna(table.loc[3, "instability"])


def test_an_edge_needs_both_its_nodes() -> None:
    with pytest.raises(CannotLink, match=r"^edges name what is no node: c, d$"):
        Graph(frozenset("ab"), frozenset({("a", "d"), ("c", "b")}))
    with pytest.raises(CannotLink, match="no node: x"):
        graph("ab").with_edges([("a", "x")])


edges = st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=15)


@settings(deadline=None)
@given(edges, edges)
def test_more_edges_never_lower_the_propagation_cost(some: set[Edge], more: set[Edge]) -> None:
    fewer = Graph(frozenset("abcdef"), frozenset(some))
    assert 0 <= fewer.propagation_cost <= fewer.with_edges(more).propagation_cost <= 1
    assert fewer.with_edges(more).edges == some | more


@settings(deadline=None)
@given(edges, st.permutations("abcdef"))
def test_names_change_nothing(some: set[Edge], names: list[str]) -> None:
    new = dict(zip("abcdef", names, strict=True))
    one = Graph(frozenset("abcdef"), frozenset(some))
    other = Graph(one.nodes, frozenset((new[a], new[b]) for a, b in some))
    assert other.propagation_cost == one.propagation_cost
    assert sorted(map(len, other.cycles)) == sorted(map(len, one.cycles))
    renamed = one.coupling.assign(node=one.coupling["node"].map(new)).sort_values("node", ignore_index=True)
    pd.testing.assert_frame_equal(renamed, other.coupling)


@settings(deadline=None)
@given(edges)
def test_a_graph_reaches_what_a_walk_reaches(some: set[Edge]) -> None:
    def walk(start: str, met: frozenset[str]) -> frozenset[str]:
        for one, other in some:
            if one == start and other not in met:
                met = walk(other, met | {other})
        return met

    reached = sum(len(walk(node, frozenset()) - {node}) for node in "abcdef")
    assert Graph(frozenset("abcdef"), frozenset(some)).propagation_cost == reached / 30


def test_where_there_is_no_pair_there_is_no_cost(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("def f(): g()\n\ndef g(): pass\n")
    table = structure([tmp_path / "alone.py"]).table.set_index("view")
    assert table["n"].to_dict() == {"modules": 1, "modules_with_data": 1, "functions": 2, "functions_with_data": 2}
    assert table["propagation_cost"].isna().tolist() == [True, True, False, False]


def test_imports_are_found_in_whatever_form_they_are_written(package: Writer) -> None:
    folder = package(
        stock="import os\nfrom pathlib import Path",
        absolute="import shop.stock",
        renamed="import os, shop.stock as s",
        name="from shop.stock import Path",
        module="from shop import stock",
        relative="from . import stock",
        relative_name="from .stock import Path as P",
        star="from .stock import *",
        late="def f():\n    from shop import stock",
        checked="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import stock",
        itself="import shop.itself",
        deep__in__inner="from .. import stock\nfrom ..name import Path",
    )
    users = ("absolute", "renamed", "name", "module", "relative", "relative_name", "star", "late", "checked")
    inner = {("deep.inner", "stock"), ("deep.inner", "name")}
    (folder / "deep" / "__init__.py").touch()
    assert imports(folder) == {(user, "stock") for user in users} | inner | {("itself", "itself")}


def test_a_module_with_a_docstring_and_no_more_is_no_node(package: Writer) -> None:
    folder = package(empty="", only='"""Words."""', code="x = 1", both='"""Words."""\nx = 1', number="1")
    assert import_graph([folder]).nodes == {"shop.code", "shop.both", "shop.number"}


def test_a_package_with_code_is_a_module_like_any_other(package: Writer) -> None:
    folder = package(__init__="from .till import pay", till="def pay(): ...", user="from shop import pay")
    assert imports(folder) == {("shop", "till"), ("user", "shop")}


def test_files_outside_a_package_are_named_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import two")
    (tmp_path / "two.py").write_text("x = 1")
    assert import_graph([tmp_path]).edges == {("one", "two")}
    assert import_graph([tmp_path / "one.py"]) == Graph(frozenset({"one"}), frozenset())


TILL = """
    class Till:
        def __init__(self): self.clear()
        def clear(self): ...
        def pay(self): ...

    class Free: ...

    def book(): ...
"""
CALLED: dict[str, tuple[str, set[Edge]]] = {
    "a name": ("def f(): g()\ndef g(): ...", {("a.f", "a.g")}),
    "recursion": ("def f(): f()", {("a.f", "a.f")}),
    "an imported name": ("from shop.till import book\ndef f(): book()", {("a.f", "till.book")}),
    "a renamed import": ("from .till import book as b\ndef f(): b()", {("a.f", "till.book")}),
    "an import in a function": ("def f():\n    from .till import book\n    book()", {("a.f", "till.book")}),
    "a module's attribute": ("from shop import till\ndef f(): till.book()", {("a.f", "till.book")}),
    "a renamed module": ("import shop.till as t\ndef f(): t.book()", {("a.f", "till.book")}),
    "a dotted module": ("import shop.till\ndef f(): shop.till.book()", {("a.f", "till.book")}),
    "a constructor": ("from shop.till import Till\ndef f(): Till()", {("a.f", "till.Till.__init__")}),
    "a class without one": ("from shop.till import Free\ndef f(): Free()", set()),
    "a method by its class": ("from shop.till import Till\ndef f(t): Till.pay(t)", {("a.f", "till.Till.pay")}),
    "self": ("class A:\n    def f(self): self.g()\n    def g(self): ...", {("a.A.f", "a.A.g")}),
    "self by another name": ("class A:\n    def f(this): this.g()\n    def g(self): ...", {("a.A.f", "a.A.g")}),
    "cls": (
        "class A:\n    @classmethod\n    def f(cls): cls.g()\n    def g(self): ...",
        {("a.A.f", "a.A.g")},
    ),
    "no self in a static method": (
        "class A:\n    @staticmethod\n    def f(self): self.g()\n    def g(self): ...",
        set(),
    ),
    "a method without parameters": ("class A:\n    def f(): g()\ndef g(): ...", {("a.A.f", "a.g")}),
    "an inherited method": (
        "from shop import till\nclass A(till.Till):\n    def f(self): self.pay()",
        {("a.A.f", "till.Till.pay")},
    ),
    "a method inherited from afar": (
        "from .till import Till\nclass B(object, Till): ...\nclass A(B):\n    def f(self): self.pay()",
        {("a.A.f", "till.Till.pay")},
    ),
    "an inherited constructor": (
        "from .till import Till\nclass A(Till): ...\ndef f(): A()",
        {("a.f", "till.Till.__init__")},
    ),
    "super": (
        "from .till import Till\nclass A(Till):\n    def pay(self): super().pay()",
        {("a.A.pay", "till.Till.pay")},
    ),
    "super of nothing here": ("class A(dict):\n    def f(self): super().f()", set()),
    "super outside a class": ("def f(): super().f()", set()),
    "bases in a circle": ("class A(B): ...\nclass B(A):\n    def f(self): self.g()", set()),
    "a class that is its own base": ("class A(A):\n    def f(self): self.g()", set()),
    "an annotated parameter": ("from .till import Till\ndef f(t: Till): t.pay()", {("a.f", "till.Till.pay")}),
    "an annotation in quotes": ("from .till import Till\ndef f(*, t: 'Till'): t.pay()", {("a.f", "till.Till.pay")}),
    "an annotation from a module": (
        "from . import till\ndef f(t: till.Till, /): t.pay()",
        {("a.f", "till.Till.pay")},
    ),
    "a parameter called itself": ("from .till import Till\ndef f(t: Till): t()", set()),
    "a parameter of an outer function": (
        "from .till import Till\ndef f(t: Till):\n    def g(): t.pay()\n    g()",
        {("a.f", "a.f.g"), ("a.f.g", "till.Till.pay")},
    ),
    "a parameter of another type": ("def f(t: int, u): t.pay(); u.pay()", set()),
    "an inner function before an outer one": (
        "def g(): ...\ndef f():\n    def g(): ...\n    g()",
        {("a.f", "a.f.g")},
    ),
    "no method by its bare name": ("class A:\n    def f(self): g()\n    def g(self): ...", set()),
    "a call among arguments": ("def f(): print(g(), *[g() for _ in g()])\ndef g(): ...", {("a.f", "a.g")}),
    "a lambda": ("def f(): return lambda: g()\ndef g(): ...", {("a.f", "a.g")}),
    "an async function": ("async def f(): await g()\nasync def g(): ...", {("a.f", "a.g")}),
    "a class in a function": ("def f():\n    class A:\n        x = g()\ndef g(): ...", {("a.f", "a.g")}),
    "a decorator of an inner function": (
        "def f():\n    @g()\n    def h(x=k()): ...\ndef g(): ...\ndef k(): ...",
        {("a.f", "a.g"), ("a.f", "a.k")},
    ),
    "nothing at import": ("@g()\ndef f(x=g()): ...\ndef g(): ...\ng()", set()),
    "nothing from elsewhere": ("import os\ndef f(): os.getcwd(); print(); x.y(); (1).z(); [].w()", set()),
    "nothing that is only named": ("def f(): return g\ndef g(): ...", set()),
    "a re-export": ("from shop.front import sell\ndef f(): sell()", {("a.f", "till.book")}),
    "a method of a class re-exported": (
        "from shop.front import Desk\ndef f(): Desk.clear(1)",
        {("a.f", "till.Till.clear")},
    ),
    "a method inherited through a re-export": (
        "from shop.front import Desk\nclass More(Desk):\n    def g(self): self.pay()",
        {("a.More.g", "till.Till.pay")},
    ),
    "a member of something re-exported that has none": ("from shop.front import Desk\ndef f(): Desk.x.y()", set()),
    "a class in the function around it": (
        "def f():\n    class B:\n        def m(self): ...\n    def g(b: B): b.m()",
        {("a.f.g", "a.f.B.m")},
    ),
    "a parameter beside self": (
        "from shop.till import Till\nclass A:\n    def g(self, till: Till): till.pay()",
        {("a.A.g", "till.Till.pay")},
    ),
    "a class in a class": (
        "class A:\n    class B:\n        def m(): ...\n    def g(self): self.B.m()",
        {("a.A.g", "a.A.B.m")},
    ),
    "a base from elsewhere": ("from out import Base\nclass A(Base):\n    def g(self): self.pay()", set()),
    "an attribute of a function": ("def g(): ...\ndef f(): g.cache.clear()", set()),
    "a re-export in a circle": ("from shop.front import lost\ndef f(): lost()", set()),
}


@pytest.mark.parametrize("case", CALLED)
def test_calls_are_those_a_reader_can_see(package: Writer, case: str) -> None:
    source, expected = CALLED[case]
    front = "from shop.till import Till as Desk, book as sell\nfrom shop.back import lost"
    folder = package(a=source, till=TILL, front=front, back="from shop.front import lost")
    assert calls(folder) == expected | {("till.Till.__init__", "till.Till.clear")}


def test_a_module_deep_in_a_package_is_found_by_its_whole_name(package: Writer) -> None:
    deep = {"back__in____init__": "", "back__in__room": "def sweep(): ..."}
    folder = package(a="import shop.back.room\ndef f(): shop.back.room.sweep()", **deep)
    assert calls(folder) == {("a.f", "back.room.sweep")}


def test_every_function_is_a_node_and_nothing_else(package: Writer) -> None:
    source = """
        class A:
            def f(self):
                async def g(): ...
            class B:
                def h(self): ...
        if 1:
            def k(): ...
    """
    assert call_graph([package(a=source)]).nodes == {"shop.a.A.f", "shop.a.A.f.g", "shop.a.A.B.h", "shop.a.k"}


def test_a_small_shop_is_seen_in_four_ways(package: Writer) -> None:
    folder = package(
        till="def book(): put()\ndef put(): ...",
        sales="def report(): return look()\ndef look(): ...",
        main="from shop import sales, till\ndef main():\n    till.book()\n    sales.report()",
    )
    result = structure([folder], [("shop.sales.look", "shop.till.put")])
    expected = pd.DataFrame(
        {
            "view": ["modules", "modules_with_data", "functions", "functions_with_data"],
            "n": [3, 3, 5, 5],
            "edges": [2, 3, 4, 5],
            # Functions: main reaches four, book put, report look; with the data look reaches put, and report too.
            "propagation_cost": [2 / 6, 3 / 6, 6 / 20, 8 / 20],
            "cycles": [0, 0, 0, 0],
        }
    )
    pd.testing.assert_frame_equal(result.table, expected)
    assert ("shop.sales", "shop.till") in result.modules_with_data.edges
    assert structure([folder]).table["edges"].tolist() == [2, 2, 4, 4]


def test_a_circle_through_the_data_is_counted(package: Writer) -> None:
    folder = package(a="from shop import b\ndef f(): b.g()", b="def g(): ...")
    assert structure([folder], [("shop.b.g", "shop.a.f")]).table["cycles"].tolist() == [0, 1, 0, 1]


def test_a_data_edge_needs_functions_that_are_there(package: Writer) -> None:
    folder = package(a="def f(): ...")
    with pytest.raises(CannotLink, match=r"^data edges name what is no function here: nobody, shop\.a$"):
        structure([folder], [("shop.a.f", "shop.a"), ("nobody", "shop.a.f")])


def test_what_is_no_source_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text("this is not a program")
    with pytest.raises(CannotRead, match=r"^no such file or folder: .*/gone$"):
        structure([tmp_path / "gone"])
    with pytest.raises(CannotRead, match=r"words\.py is not Python: "):
        structure([tmp_path])
    with pytest.raises(CannotRead, match=r"^no Python files in no paths$"):
        structure([])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CannotRead, match=r"^no Python files in .*/empty$"):
        structure([tmp_path / "empty"])


def test_two_modules_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "system.py").write_text("x = 1")
    with pytest.raises(CannotRead, match=r"^two modules are named system: measure them apart$"):
        structure([tmp_path])


def test_a_file_given_twice_is_read_once(package: Writer) -> None:
    folder = package(a="def f(): ...")
    assert import_graph([folder, folder / "a.py"]) == import_graph([folder])


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(package: Writer, tmp_path: Path) -> None:
    result = structure([package(a="def f(): g()\ndef g(): ...")])
    for name in ("one", "two"):
        ruler.draw({"split": result, "fti": result}, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
