"""What counts as a change of code."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.code_digest import CodeDigests, digest_code

CODE = '''\
"""What this module does."""

LIMIT = 3
"""How many."""


class Thing:
    """A thing."""

    def ask(self, of: int = 1) -> str:
        """Ask it."""
        return f"{of!r:>{LIMIT}}" + "a"[1:]
'''
SAME = {
    "a comment": CODE.replace("LIMIT = 3", "LIMIT = 3  # why"),
    "the module's docstring": CODE.replace("What this module does.", "Other words."),
    "a class's docstring": CODE.replace("A thing.", "Something."),
    "a function's docstring": CODE.replace('        """Ask it."""\n', ""),
    "a constant's docstring": CODE.replace("How many.", "How few."),
    "blank lines": CODE.replace("\n\n\n", "\n\n\n\n"),
    "quotes": CODE.replace('"a"', "'a'"),
    "layout": CODE.replace('+ "a"', '+ (\n            "a"\n        )'),
}
OTHER = {
    "a number": ("LIMIT = 3", "LIMIT = 4"),
    "the kind of a number": ("LIMIT = 3", "LIMIT = 3.0"),
    "a name": ("LIMIT", "BOUND"),
    "a text": ('"a"', '"b"'),
    "a default": ("= 1", "= 2"),
    "a format": ("!r", "!s"),
    "where a part stands": ("[1:]", "[:1]"),
    "an operator": (" + ", " * "),
    "an annotation": ("int", "float"),
}


@pytest.mark.parametrize("what", SAME)
def test_words_and_layout_do_not_count(what):
    assert digest_code(SAME[what].encode()) == digest_code(CODE.encode())


@pytest.mark.parametrize("what", OTHER)
def test_everything_else_counts(what):
    assert digest_code(CODE.replace(*OTHER[what]).encode()) != digest_code(CODE.encode())


OPERATORS = st.sampled_from([" + ", " and ", " < ", " if a else "])
EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "1", "1.0", "True", "None", "'x'", "b'x'", "()", "[]", "{}"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " and ", " < ", " if a else "]), inner).map(
            "({0[0]}{0[1]}{0[2]})".format
        ),
        st.lists(inner, max_size=3).map(lambda parts: f"f({', '.join(parts)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(inner, inner).map("{{{0[0]}: {0[1]}, **{0[1]}}}".format),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, EXPRESSIONS)
def test_two_pieces_of_code_have_one_digest_only_if_python_reads_the_same(one, other):
    one, other = f"a = {one}", f"a = {other}"
    same = ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    assert (digest_code(one.encode()) == digest_code(other.encode())) == same


def test_a_digest_that_is_kept_follows_the_file(tmp_path):
    file, digests = tmp_path / "code.py", CodeDigests(tmp_path / "cache.json")
    file.write_text("A = 1\n")
    first = digests.of(file)
    digests.save()
    file.write_text("A = 10\n")
    assert digests.of(file) == digest_code(b"A = 10\n") != first
    file.write_text("A = 1\n")
    assert CodeDigests(tmp_path / "cache.json").of(file) == first
