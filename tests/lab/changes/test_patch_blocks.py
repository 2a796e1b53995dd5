"""A patch taken apart and put together again is the patch; what is left when all that can go has gone is needed."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.changes.patch_blocks import apply_blocks, find_blocks, find_minimal, format_patch

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=8).map("".join)
TREES = st.dictionaries(st.sampled_from(["s/x.py", "s/y.py", "s/z.yaml"]), LINES)


@given(TREES, TREES)
def test_all_blocks_together_are_the_whole_change(before, after):
    kept = {file for file, text in before.items() if not text}
    wanted = {file: text for file, text in after.items() if text} | {file: after.get(file, "") for file in kept}
    assert apply_blocks(before, find_blocks(before, after)) == wanted


@given(TREES, TREES)
def test_no_block_is_no_change(before, after):
    assert apply_blocks(before, ()) == before
    assert find_blocks(before, before) == ()


@given(TREES, TREES, st.randoms())
def test_the_order_of_blocks_does_not_matter(before, after, random):
    found = list(find_blocks(before, after))
    random.shuffle(found)
    assert apply_blocks(before, found) == apply_blocks(before, find_blocks(before, after))


NUMBERED = tuple(find_blocks({"s/x.py": ""}, {"s/x.py": ""})) + tuple(
    block for number in range(6) for block in find_blocks({}, {f"s/{number}.py": f"{number}\n"})
)


@given(st.sets(st.integers(0, 5)))
def test_what_is_not_needed_goes_and_what_is_needed_stays(needed):
    wanted = {f"s/{number}.py" for number in needed}
    least = find_minimal(NUMBERED, lambda chosen: wanted <= {block.file for block in chosen})
    assert {block.file for block in least} == wanted


def test_either_of_two_is_enough_so_one_goes():
    least = find_minimal(NUMBERED[:2], lambda chosen: bool(chosen))
    assert len(least) == 1


def test_a_block_that_only_another_made_needful_goes_with_it():
    """The last can go only when the first has gone: one round over the blocks would keep it."""

    def accepts(chosen):
        files = {block.file for block in chosen}
        return files >= {"s/1.py"} and ("s/0.py" not in files or "s/2.py" in files)

    assert {block.file for block in find_minimal(NUMBERED[:3], accepts)} == {"s/1.py"}


@pytest.mark.parametrize(
    "after", [{"s/x.py": "a\nB\nc\n"}, {"s/x.py": "a\nb\nc\n", "s/new.py": "n\n"}, {"s/n.py": "q\n"}]
)
def test_git_takes_the_patch(tmp_path, after):
    before = {"s/x.py": "a\nb\nc\n"}
    (tmp_path / "s").mkdir()
    (tmp_path / "s/x.py").write_text(before["s/x.py"])
    (tmp_path / "p.patch").write_text(format_patch(before, after))
    subprocess.run(
        ["git", "apply", "p.patch"], cwd=tmp_path, check=True, env={"GIT_DIR": "/dev/null", "PATH": "/usr/bin:/bin"}
    )
    assert {str(f.relative_to(tmp_path)): f.read_text() for f in (tmp_path / "s").glob("*")} == after
