"""The size of a change is the one counted by hand, and nothing else counts."""

import pytest

from measure.code.impact import MODULE, Impact, added_lines, closure, impact

CODE = '''"""A toy."""

LIMIT = 15


def late(delay):
    """Is it late?"""
    return delay >= LIMIT


def mean(values):
    return sum(values) / len(values)
'''


def test_a_system_against_itself_has_no_impact():
    assert impact({"a.py": CODE}, {"a.py": CODE}) == Impact((), (), 0, 0)


def test_one_constant_is_one_place_and_two_nodes():
    found = impact({"a.py": CODE}, {"a.py": CODE.replace("15", "30")})
    assert found == Impact(("a.py",), (("a.py", MODULE),), 1, 2)


@pytest.mark.parametrize(
    "change", [('"""Is it late?"""', '"""Late?"""'), ("return sum", "return  sum"), ("\n\n\n", "\n\n")]
)
def test_docstrings_and_layout_are_hunks_and_no_nodes(change):
    found = impact({"a.py": CODE}, {"a.py": CODE.replace(*change)})
    assert (found.functions, found.nodes) == ((), 0)
    assert found.files == ("a.py",)
    assert found.hunks > 0


def test_a_comment_costs_no_node():
    assert impact({"a.py": CODE}, {"a.py": CODE.replace("LIMIT = 15", "LIMIT = 15  # minutes")}).nodes == 0


def test_two_functions_in_two_files_count_as_such():
    before = {"a.py": CODE, "b.py": CODE}
    after = {"a.py": CODE.replace(">=", ">"), "b.py": CODE.replace("sum", "max")}
    found = impact(before, after)
    assert found.functions == (("a.py", "late"), ("b.py", "mean"))
    assert found.nodes == 4  # GtE and Gt, two names


def test_a_new_function_counts_all_its_nodes_and_a_removed_one_the_same():
    new = CODE + "\n\ndef half(x):\n    return x / 2\n"
    there, back = impact({"a.py": CODE}, {"a.py": new}), impact({"a.py": new}, {"a.py": CODE})
    # FunctionDef, arguments, arg, Return, BinOp, Name, Load, Div, Constant
    assert there.nodes == back.nodes == 9
    assert there.functions == (("a.py", "half"),)


def test_code_that_moved_within_a_file_costs_nothing_but_both_places_changed():
    two = "def f(a):\n    x = 1\n    y = 2\n    return a\n\n\ndef g(a):\n    return a\n"
    swapped = two.replace("    x = 1\n    y = 2\n", "    y = 2\n    x = 1\n")
    assert impact({"a.py": two}, {"a.py": swapped}).functions == ()
    away = two.replace("    y = 2\n", "").replace("def g(a):\n", "def g(a):\n    y = 2\n")
    found = impact({"a.py": two}, {"a.py": away})
    assert (found.nodes, found.functions) == (0, (("a.py", "f"), ("a.py", "g")))


def test_code_that_moved_to_another_file_costs_twice():
    f, g = "def f(a):\n    return a\n", "def g(b):\n    return b + b\n"
    # FunctionDef, arguments, arg, Return, Name, Load: gone from one, come to the other
    assert impact({"a.py": f + g, "b.py": g}, {"a.py": g, "b.py": g + f}).nodes == 12


def test_a_new_name_for_a_function_costs_the_name_alone():
    found = impact({"a.py": CODE}, {"a.py": CODE.replace("def late", "def too_late")})
    assert (found.nodes, found.functions) == (2, (("a.py", "late"), ("a.py", "too_late")))


def test_files_that_are_not_python_count_without_nodes():
    found = impact({"a.yaml": "x: 1\n"}, {"a.yaml": "x: 2\n", "new.py": "A = 1\n"})
    assert found.files == ("a.yaml", "new.py")
    assert found.hunks == 2
    assert found.functions == (("new.py", MODULE),)


def test_methods_and_inner_functions_are_places_of_their_own():
    code = "class A:\n    def m(self):\n        def inner():\n            return 1\n        return inner\n"
    assert impact({"a.py": code}, {"a.py": code.replace("1", "2")}).functions == (("a.py", "A.m.inner"),)


def test_lines_added_are_those_that_were_not_there():
    after = CODE.replace("LIMIT = 15\n", "LIMIT = 15\nMORE = 20\n")
    assert added_lines({"a.py": CODE}, {"a.py": after, "b.py": "x = 1\ny = 2\n"}) == {
        ("a.py", 4),
        ("b.py", 1),
        ("b.py", 2),
    }
    assert added_lines({"a.py": CODE}, {"a.py": CODE}) == frozenset()


def test_a_closure_follows_dependencies_one_way_only():
    edges = frozenset({("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")})
    assert closure(edges, "a") == {"a", "b", "c"}
    assert closure(edges, "d") == {"a", "b", "c", "d"}
    assert closure(edges, "z") == {"z"}


def test_a_file_that_is_gone_counts_and_so_does_each_hunk():
    gone = impact({"a.py": CODE, "b.py": "x = 1\n"}, {"a.py": CODE})
    assert (gone.files, gone.functions, gone.hunks) == (("b.py",), (("b.py", MODULE),), 1)
    twice = impact({"a.py": CODE}, {"a.py": CODE.replace("15", "30").replace("sum", "max")})
    assert (twice.hunks, twice.nodes) == (2, 4)


def test_a_closure_follows_every_branch():
    edges = frozenset({("a", "b"), ("a", "c"), ("b", "d"), ("c", "e")})
    assert closure(edges, "a") == {"a", "b", "c", "d", "e"}
