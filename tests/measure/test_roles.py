"""The glue ruler on toy code whose nodes are counted by hand."""

import pytest

from measure.code.roles import ROLES, roles
from measure.code.tagging import read_vocabulary


@pytest.fixture
def tagged(tmp_path):
    """The nodes by role of a text, none left out that has any."""

    def nodes(text: str, **words: str) -> dict[str, int]:
        (tmp_path / "toy.py").write_text(text)
        found = roles([tmp_path], read_vocabulary().knowing(**words)).nodes
        assert set(found) == set(ROLES)
        return {role: count for role, count in found.items() if count}

    return nodes


def test_arithmetic_is_computed_and_all_of_it_counts(tagged):
    # Assign, BinOp, its two names and its sign are computed, and the target is what the statement is for.
    assert tagged("x = a + b\n") == {"computing": 6}


def test_a_plain_call_of_ones_own_only_passes_on(tagged):
    # Assign, target, Call, its name, its argument
    assert tagged("x = own(y)\n") == {"passing on": 5}


def test_what_comes_from_a_package_that_stores_is_glue_under_any_name(tagged):
    # Expr, Call, Attribute, Name, argument
    assert tagged("import joblib as kept\nkept.dump(x)\n") == {"glue": 5}
    assert tagged("from feast import FeatureStore as Shop\nShop(x)\n") == {"glue": 4}
    assert tagged("kept.sort_of(x)\n") == {"passing on": 5}


def test_the_innermost_word_decides(tagged):
    # rename: Expr, Call, Attribute; within it groupby: Call, Attribute, Name, Constant
    assert tagged('table.groupby("a").rename()\n') == {"computing": 4, "glue": 3}


def test_fitting_and_predicting_have_roles_of_their_own(tagged):
    assert tagged("model.fit(x)\n") == {"learning": 5}
    assert tagged("model.predict(x)\n") == {"answering": 5}
    assert tagged("new_model(x)\n", new_model="learning") == {"learning": 4}


def test_imports_annotations_and_docstrings_do_nothing(tagged):
    silent = '"""Text."""\nimport os\nfrom pathlib import Path\n'
    assert tagged(f"{silent}x: Path = y\n") == {"passing on": 3}
    # FunctionDef, arguments, arg, Return, Name; nothing of the annotations and the docstring
    assert tagged('def f(x: "a + b") -> "c + d":\n    """Text."""\n    return x\n') == {"passing on": 5}


def test_a_path_put_together_is_glue_and_a_quotient_is_not(tagged):
    assert tagged('x = home / "a" / name\n') == {"glue": 9}
    assert tagged("x = total / count\n") == {"computing": 6}
    found = tagged("from pathlib import Path\ndef f(home: Path):\n    return home / name\n")
    assert found == {"passing on": 3, "glue": 5}


def test_words_compared_and_dictionaries_joined_decide_nothing(tagged):
    assert tagged('mode == "batch"\n') == {"passing on": 5}
    assert tagged("a | b\n") == {"passing on": 5}
    assert tagged("a < b\n") == {"computing": 5}


def test_a_class_of_a_packages_kind_is_glue_whatever_it_computes(tagged):
    # ClassDef, base, FunctionDef, arguments, arg, Return, BinOp, sign and two constants
    text = "from pydantic import BaseModel\nclass Flight(BaseModel):\n    def f(self):\n        return 1 + 2\n"
    assert tagged(text) == {"glue": 10}
    assert tagged(text.replace("(BaseModel)", "(Own)"))["computing"] == 5


def test_lines_say_where_each_role_stands_and_shares_are_all_there_is(tmp_path):
    (tmp_path / "toy.py").write_text("x = a + b\nprint(x)\n")
    found = roles([tmp_path])
    assert found.lines[["line", "role", "nodes", "text"]].to_numpy().tolist() == [
        [1, "computing", 6, "x = a + b"],
        [2, "passing on", 4, "print(x)"],
    ]
    assert sum(found.shares.values()) == pytest.approx(1)
    assert (found.glue, found.carrying) == (0, 0.4)


def test_no_word_of_the_table_has_two_roles():
    import tomllib

    from measure.code.tagging import TABLE

    for kind in tomllib.loads(TABLE.read_text()).values():
        words = [word for names in kind.values() for word in names]
        assert len(words) == len(set(words))
        assert set(kind) <= set(ROLES)
