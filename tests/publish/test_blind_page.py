"""The blind list holds the place of every marked cause, and no mark."""

import re

from lab.sandbox.patched_copy import list_cures
from lab.systems import list_core
from publish.blind_page import MARK, find_places, render_places


def test_every_cause_is_on_the_list_and_no_mark():
    """A cause is changed by its cure: one of the lines that the cure takes away stands in a place of its system."""
    assert "cause:" not in render_places()
    for name in list_core():
        text = "\n".join(find_places(name))
        for cure in list_cures(name):
            removed = [line for line in cure.read_text().splitlines() if re.match("-(?!--)", line)]
            taken = [line[1:].strip() for line in removed]
            assert any(line in text for line in taken), cure.name


def test_a_mark_is_one_line():
    assert MARK.sub("", "    # cause: late\n    x = 1\n") == "    x = 1\n"
