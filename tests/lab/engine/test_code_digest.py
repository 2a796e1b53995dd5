"""What counts as a change of code."""

import ast
import json

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
    "a letter that Python 2 needed": CODE.replace('"a"', 'u"a"'),
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


def test_what_a_version_of_python_leaves_empty_does_not_count(monkeypatch):
    plain = digest_code(b"def f(): pass\n")
    monkeypatch.setattr(ast.FunctionDef, "_fields", (*ast.FunctionDef._fields, "new_in_a_later_version"))
    monkeypatch.setattr(ast.FunctionDef, "new_in_a_later_version", [], raising=False)
    assert digest_code(b"def f(): pass\n") == plain


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


def test_what_is_kept_is_believed_and_written_again_only_if_it_has_grown(tmp_path):
    file, cache = tmp_path / "code.py", tmp_path / "cache.json"
    file.write_text("A = 1\n")
    digests = CodeDigests(cache)
    digests.save()
    assert not cache.exists()
    digests.of(file)
    digests.save()
    (content,) = json.loads(cache.read_text())
    cache.write_text(json.dumps({content: "as it was kept"}))
    assert CodeDigests(cache).of(file) == "as it was kept"
    digests.save()
    assert json.loads(cache.read_text()) == {content: "as it was kept"}
    assert [kept.name for kept in tmp_path.iterdir() if kept != file] == [cache.name]
