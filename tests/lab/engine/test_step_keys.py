"""A step is stale if, and only if, something that its result depends on has changed."""

import pytest

from lab.engine.import_closure import read_import_graph
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps, find_step_closure, key_of_steps, sort_steps
from lab.engine.workspace import StudyError

FAR = Step("far", "toylab.work:measure", "imports toyparts.clock by two others")
NEAR = Step("near", "toylab.small:count", "imports nothing")
BEHIND = Step("behind", "toylab.small:count", "reads what far left", {"of": "far"}, after=("far",))
LOADING = Step("loading", "toylab.small:count", "loads a system by its name", loads=("toysystems.one",))
READING = Step("reading", "toylab.small:count", "reads data", data=("toydata", "absent.csv"))
NEW_LOCK = "sphinx==9\n    # via toy\nrich==13\n    # via sphinx\nbabel==2\n    # via sphinx\n"
STEPS = [FAR, NEAR, BEHIND, LOADING, READING]


@pytest.fixture
def stale(tree):
    """Says which of the steps have another digest than at the start of the test."""
    before = digest_of_steps(STEPS, tree.root)
    return lambda: {name for name, digest in digest_of_steps(STEPS, tree.root).items() if digest != before[name]}


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("toyparts/clock.py", "MINUTE = 60\n", {"far", "behind"}),
        ("toyparts/__init__.py", "VERSION = 2\n", {"far", "behind"}),
        ("toyparts/unused.py", "SPARE = 2\n", set()),
        ("toylab/small.py", "MORE = 1\n", {"near", "behind", "loading", "reading"}),
        ("toylab/__init__.py", "MORE = 1\n", {step.name for step in STEPS}),
        ("toysystems/one/hidden.py", "MORE = 1\n", {"loading"}),
        ("toysystems/one/door.py", "MORE = 1\n", {"loading"}),
        ("toysystems/__init__.py", "MORE = 1\n", {"loading"}),
        ("toysystems/two.py", "MORE = 1\n", set()),
        ("toydata/flights.csv", "1,2\n", {"reading"}),
        ("toydata/deep/planes.csv", "# 1,2\n", {"reading"}),
    ],
)
def test_a_changed_line_makes_stale_what_depends_on_it_and_nothing_else(tree, stale, file, text, expected):
    tree.append(file, text)
    assert stale() == expected


def test_what_a_package_imports_counts_for_the_modules_inside_it(tree, stale):
    tree.append("toylab/__init__.py", "from toyparts import unused\n")
    assert len(stale()) == len(STEPS)
    assert "toyparts.unused" in find_step_closure(NEAR, tree.root).modules


def test_a_new_module_counts_where_a_whole_package_is_loaded(tree, stale):
    tree.write("toysystems/one/new.py", "NEW = 1\n")
    assert stale() == {"loading"}


def test_a_new_data_file_a_renamed_one_and_one_that_comes_back_count(tree, stale):
    tree.write("toydata/new.csv", "")
    assert stale() == {"reading"}
    (tree.root / "toydata/new.csv").unlink()
    assert stale() == set()
    (tree.root / "toydata/flights.csv").rename(tree.root / "toydata/renamed.csv")
    assert stale() == {"reading"}
    (tree.root / "toydata/renamed.csv").rename(tree.root / "toydata/flights.csv")
    tree.write("absent.csv", "")
    assert stale() == {"reading"}


def test_hidden_and_compiled_files_are_no_data(tree, stale):
    tree.write("toydata/.hidden", "x")
    tree.write("toydata/__pycache__/flights.pyc", "x")
    assert stale() == set()


def test_arguments_and_the_function_count_and_titles_do_not(tree):
    variants = [
        FAR,
        Step("other", FAR.call, "", {"text": "a"}),
        Step("other", FAR.call, "", {"text": "b"}),
        Step("other", "toylab.work:other", ""),
    ]
    digests = [digest_of_steps([step], tree.root)[step.name] for step in variants]
    assert len(set(digests)) == len(variants)
    assert digest_of_steps([Step("renamed", FAR.call, "?", alone=True)], tree.root)["renamed"] == digests[0]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("rich==13", {"far", "behind"}),
        ("markdown-it-py==3", {"far", "behind"}),
        ("mdurl==2", {"far", "behind"}),
        ("numpy==2.1", set()),
    ],
)
def test_a_new_version_counts_where_it_is_imported_or_needed(tree, stale, package, expected):
    lock = (tree.root / "requirements.lock").read_text()
    tree.write("requirements.lock", lock.replace(package, f"{package}.99"))
    assert stale() == expected


def test_a_new_package_in_a_lock_or_in_a_new_lock_makes_nothing_stale(tree, stale):
    tree.append("requirements.lock", "zope==1 \\\n    --hash=sha256:09\n    # via toy (pyproject.toml)\n")
    tree.write(
        "requirements-decks.lock", "sphinx==9\n    # via toy\nrich==13\n    # via sphinx\nbabel==2\n    # via sphinx\n"
    )
    assert stale() == set()


def test_a_name_that_depends_on_the_step_is_refused(tree):
    with pytest.raises(StudyError, match=r"toylab\.nothing is no module below"):
        digest_of_steps([Step("a", "toylab.nothing:measure", "")], tree.root)
    with pytest.raises(StudyError, match=r"toysystems\.three is no package below"):
        digest_of_steps([Step("a", FAR.call, "", loads=("toysystems.three",))], tree.root)


def test_steps_come_behind_those_that_they_wait_for_and_nothing_waits_for_what_is_not_there():
    assert [step.name for step in sort_steps([BEHIND, FAR])] == ["far", "behind"]
    with pytest.raises(ValueError, match=r"^behind comes after far, which is no step$"):
        sort_steps([BEHIND])
    with pytest.raises(ValueError, match=r"^last comes after a, b, which is no step$"):
        sort_steps([Step("last", "x:y", "", after=("b", "a"))])
    with pytest.raises(ValueError, match="cycle"):
        sort_steps([Step("a", "x:y", "", after=("b",)), Step("b", "x:y", "", after=("a",))])
    with pytest.raises(ValueError, match=r"^two steps have one name$"):
        sort_steps([FAR, FAR])


def test_the_order_in_which_arguments_are_written_does_not_count(tree):
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    digests = [digest_of_steps([Step("s", FAR.call, "", asked)], tree.root)["s"] for asked in (one, other)]
    assert digests[0] == digests[1]


def test_what_a_step_loads_by_a_name_is_in_its_closure(tree):
    assert "toysystems.one.hidden" in find_step_closure(LOADING, tree.root).modules
    assert "toysystems.one.hidden" not in find_step_closure(NEAR, tree.root).modules


def test_a_key_holds_on_this_python_only_and_a_digest_on_every_one(tree, monkeypatch):
    digests, keys = digest_of_steps(STEPS, tree.root), key_of_steps(STEPS, tree.root)
    monkeypatch.setattr("sys.version", "4.0")
    assert digest_of_steps(STEPS, tree.root) == digests
    assert not set(key_of_steps(STEPS, tree.root).values()) & set(keys.values())


def test_digests_of_code_are_kept_in_a_file_and_a_broken_one_does_no_harm(tree, tmp_path):
    plain = digest_of_steps(STEPS, tree.root)
    for content in ("", "[1]"):
        file = tmp_path / f"digests{len(content)}.json"
        file.write_text(content)
        assert digest_of_steps(STEPS, tree.root, file) == plain
        assert len(file.read_text()) > 100
    key_of_steps(STEPS, tree.root, tmp_path / "keys.json")
    assert (tmp_path / "keys.json").read_text() == file.read_text()


def test_the_source_is_read_again_only_if_it_has_changed(tree):
    graph = read_import_graph(tree.root)
    assert read_import_graph(tree.root) is graph
    tree.append("toyparts/clock.py", "MINUTE = 60\n")
    assert read_import_graph(tree.root) is not graph
