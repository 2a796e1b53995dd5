"""Every mutant is one change at one place, and the places are those counted by hand."""

import ast
from pathlib import Path

import pytest

from measure.code.mutants import Mutant, mutants
from measure.code.operators import Change, starts

OWN = sorted((Path(__file__).parents[2] / "measure").rglob("*.py"))


def changes(source: str) -> list[tuple[str, str, str]]:
    return [(m.operator, m.before, m.after) for m in mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 15", [("number", "15", "16")]),
        ("x = 0.5", [("number", "0.5", "1.5")]),
        ("x = -1", [("number", "1", "2")]),
        ("x = True", [("boolean", "True", "False")]),
        ("x = [False]", [("boolean", "False", "True")]),
        ("x = None", []),
        ("a < b", [("comparison", "<", "<=")]),
        ("a <= b", [("comparison", "<=", "<")]),
        ("a > b", [("comparison", ">", ">=")]),
        ("a >= b", [("comparison", ">=", ">")]),
        ("a == b", [("comparison", "==", "!=")]),
        ("a != b", [("comparison", "!=", "==")]),
        ("a is b in c", []),
        ("a < b <= c", [("comparison", "<", "<="), ("comparison", "<=", "<")]),
        ("(a) < (b)", [("comparison", "<", "<=")]),
        ("a + b", [("arithmetic", "+", "-")]),
        ("a - b", [("arithmetic", "-", "+")]),
        ("a * b", [("arithmetic", "*", "/")]),
        ("a / b", [("arithmetic", "/", "*")]),
        ("a // b ** c % d", []),
        ("a += b", [("arithmetic", "+=", "-=")]),
        ("a -= b", [("arithmetic", "-=", "+=")]),
        ("a *= b", [("arithmetic", "*=", "/=")]),
        ("a /= b", [("arithmetic", "/=", "*=")]),
        ("-a", []),
        ("f('2h')", [("duration", "2h", "3h")]),
        ('f("28d", "15min")', [("duration", "28d", "29d"), ("duration", "15min", "16min")]),
        ('f("6 hours")', [("duration", "6 hours", "7 hours")]),
        ('f("2h from now", "h2", "hours")', []),
        ('t.floor("h")', [("aggregate", "floor", "ceil"), ("duration", "h", "2h")]),
        ('t.round("D")', [("duration", "D", "2D")]),
        ('t.split("h"), floor("h")', []),
        ("t.mean()", [("aggregate", "mean", "sum")]),
        ('t.agg(["sum", "std"])', [("aggregate", "sum", "mean"), ("aggregate", "std", "var")]),
        ("min(a)", [("aggregate", "min", "max")]),
        ("max(a)", [("aggregate", "max", "min")]),
        ("sum(a), first(b)", []),
        ("t.head, t.tail", [("aggregate", "head", "tail"), ("aggregate", "tail", "head")]),
        ("np.maximum(a, b)", [("aggregate", "maximum", "minimum")]),
        ('f(closed="left")', [("aggregate", "left", "right")]),
        ('f(side="right")', [("aggregate", "right", "left")]),
        ('f(keep="last")', [("aggregate", "last", "first")]),
        ('f(how="left")', []),
        ('f(ddof=0, other="delay")', [("number", "0", "1")]),
        ("a.fillna(0)", [("number", "0", "1")]),
        ("a if b else c", [("condition", "b", "not (b)")]),
        ("[a for a in b if c]", [("condition", "c", "not (c)")]),
        ("if a:\n    b", [("condition", "a", "not (a)")]),
        ("while a:\n    b", []),
        ('"min"', []),
        ("x = 'mi' 'n'", []),
        ('x = f"{a + 1}"', []),
        ("raise ValueError(a + 1)", []),
        ("assert a < b, c + d", [("comparison", "<", "<=")]),
        ("x: Literal[1] = 2", [("number", "2", "3")]),
        ("x: Literal[1]", []),
        ("from first import last", []),
        ("import a.min", []),
    ],
)
def test_each_operator_changes_what_it_is_for_and_nothing_else(source, expected):
    assert changes(source) == expected


def test_a_function_of_five_lines_has_the_mutants_counted_by_hand():
    source = '''\
@cache(True)
def rate(delays: list[1], least: int = 15) -> Literal[1]:
    """Delays of 15 minutes."""
    late = [d for d in delays if d >= least]
    return len(late) / max(len(delays), 1)
'''
    assert mutants(source) == [
        Mutant(1, 7, "boolean", "True", "False", 0),
        Mutant(2, 39, "number", "15", "16", 0),
        Mutant(4, 33, "condition", "d >= least", "not (d >= least)", 1),
        Mutant(4, 35, "comparison", ">=", ">", 1),
        Mutant(5, 21, "arithmetic", "/", "*", 1),
        Mutant(5, 23, "aggregate", "max", "min", 1),
        Mutant(5, 40, "number", "1", "2", 1),
    ]


def test_a_scope_is_the_innermost_function_and_ends_with_it():
    source = "def a(*, x=1):\n    def b():\n        return 2\n    return 3\nasync def c():\n    return 4\ny = 5\n"
    assert [(m.before, m.scope) for m in mutants(source)] == [("1", 0), ("2", 2), ("3", 1), ("4", 5), ("5", 0)]


def test_places_are_counted_in_characters_and_other_lines_stay():
    source = 'a = "é→"; b = 1 < (\n    # less than <\n    c\n)\n'
    found = mutants(source)
    assert [(m.line, m.column, m.before) for m in found] == [(1, 14, "1"), (1, 16, "<")]
    assert found[1].applied(source) == 'a = "é→"; b = 1 <= (\n    # less than <\n    c\n)\n'


def test_a_condition_over_two_lines_keeps_them():
    source = "if (\n    a\n    and b\n):\n    c\n"
    (found,) = mutants(source)
    assert found.applied(source) == "if (\n    not (a\n    and b)\n):\n    c\n"


@pytest.mark.slow
@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_every_mutant_of_the_rulers_parses_and_differs_in_one_place_only(file):
    source = file.read_text()
    found = mutants(source)
    assert found == sorted(set(found))
    tree = ast.dump(ast.parse(source))
    for mutant in found:
        text = mutant.applied(source)
        start = starts(source)[mutant.line - 1] + mutant.column
        assert text[:start] == source[:start]
        assert text[start + len(mutant.after) :] == source[start + len(mutant.before) :]
        assert len(text.splitlines()) == len(source.splitlines())
        assert ast.dump(ast.parse(text)) != tree


def test_a_mutant_of_another_text_is_refused():
    (mutant,) = mutants("x = 1")
    with pytest.raises(ValueError, match="line 1 does not hold '1' at column 4"):
        mutant.applied("x = 2")


def test_text_that_is_not_python_is_refused():
    with pytest.raises(SyntaxError):
        mutants("x = = 1")


def test_lines_start_where_they_start():
    assert starts("ab\nc\n") == [0, 3, 5]
    assert starts("") == [0]
    assert Change("number", 0, 1, "2", 0).operator == "number"
