"""The price panel's instruments on things of known weight."""

import ctypes
from pathlib import Path

import numpy as np
import pytest

from measure.cost import footprint
from measure.cost.footprint import CannotWeigh, Size, amdahl, over_provisioning, peak_above, size
from measure.cost.price_ratios import NoPanel, draw, ratios


def test_nodes_are_counted_without_docstrings(tmp_path):
    (tmp_path / "a.py").write_text('"""Words."""\nx = 1\n')
    (tmp_path / "b.py").write_text('def f():\n    """Words."""\n    return 1\n')
    (tmp_path / "empty.py").write_text('"""Words alone are no code."""\n')
    # a: Module, Assign, Name, Store, Constant; b: Module, FunctionDef, arguments, Return, Constant
    assert size([tmp_path]) == Size(files=2, nodes=10)
    assert size([tmp_path / "a.py"]) == Size(files=1, nodes=5)


def test_a_comment_weighs_nothing(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    before = size([tmp_path])
    (tmp_path / "a.py").write_text("# why\nx = 1  # because\n")
    assert size([tmp_path]) == before


def test_a_folder_without_code_is_refused(tmp_path):
    with pytest.raises(CannotWeigh, match=r"^no Python file with code in it$"):
        size([tmp_path])


@pytest.mark.skipif(not footprint.CLEAR.exists(), reason="the high-water mark of memory can be read on Linux only")
def test_a_planted_array_is_found_and_what_was_held_before_is_not_charged():
    held = np.ones(30_000_000)  # 240 MB that are not the stage's
    answer, grown = peak_above(lambda: np.ones(10_000_000).sum())  # 80 MB, given back at the end
    assert answer == 10_000_000
    assert 75e6 < grown < 120e6
    assert held.sum() == 30_000_000
    assert peak_above(lambda: None)[1] < 20e6


@pytest.mark.skipif(not footprint.CLEAR.exists(), reason="the high-water mark of memory can be read on Linux only")
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library keeps nothing back")
def test_memory_that_was_freed_before_is_charged_to_the_call_that_uses_it_again():
    def small_things() -> int:
        return len([bytes(2000) for _ in range(50_000)])  # 100 MB in pieces that the C library keeps for the next

    small_things()
    assert peak_above(small_things)[1] > 90e6


def test_elsewhere_than_on_linux_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(footprint, "CLEAR", tmp_path / "missing")
    with pytest.raises(CannotWeigh, match=r"^the high-water mark of memory can be read on Linux only$"):
        peak_above(lambda: None)


def test_a_status_without_the_field_is_named(monkeypatch, tmp_path):
    (tmp_path / "status").write_text("VmPeak:\t 1 kB\n")
    (tmp_path / "clear").write_text("")
    monkeypatch.setattr(footprint, "STATUS", tmp_path / "status")
    monkeypatch.setattr(footprint, "CLEAR", tmp_path / "clear")
    with pytest.raises(CannotWeigh, match=r"^no VmRSS in "):
        peak_above(lambda: None)


def test_memory_is_read_in_bytes_and_the_mark_is_reset_first(monkeypatch, tmp_path):
    status, clear = tmp_path / "status", tmp_path / "clear"
    status.write_text("VmHWM:\t 100 kB\nVmRSS:\t 40 kB\n")
    clear.write_text("")
    monkeypatch.setattr(footprint, "STATUS", status)
    monkeypatch.setattr(footprint, "CLEAR", clear)
    assert peak_above(lambda: "done") == ("done", 60 * 1024)
    assert clear.read_text() == "5"
    status.write_text("VmHWM:\t 30 kB\nVmRSS:\t 40 kB\n")
    assert peak_above(lambda: None)[1] == 0


def test_one_program_reserves_for_each_stage_what_its_dearest_stage_needs():
    memory = {"train": 300.0, "serve": 100.0}
    assert over_provisioning(memory, {"program": ["train", "serve"]}) == 1.5
    assert over_provisioning(memory, {"offline": ["train"], "online": ["serve"]}) == 1.0
    assert over_provisioning({"only": 1.0}, {"program": ["only"]}) == 1.0


@pytest.mark.parametrize(
    ("memory", "deployed", "says"),
    [
        ({"a": 1.0}, {"p": ["a", "b"]}, r"^stages measured \['a'\], stages deployed \['a', 'b'\]$"),
        ({"a": 1.0, "b": 1.0}, {"p": ["a"]}, "^stages measured "),
        ({"a": 1.0}, {"p": ["a"], "q": ["a"]}, "^stages measured "),
        ({"a": 0.0}, {"p": ["a"]}, r"^no stage needs any memory$"),
    ],
)
def test_every_stage_is_deployed_once(memory, deployed, says):
    with pytest.raises(CannotWeigh, match=says):
        over_provisioning(memory, deployed)


def test_amdahls_law_on_textbook_figures():
    assert amdahl(10, 0, 2) == 2.0
    assert amdahl(0, 10, 2) == 1.0
    assert amdahl(5, 5, 2) == pytest.approx(4 / 3)
    assert amdahl(5, 5, 1) == 1.0
    for wrong in ((-1, 3, 2), (3, -1, 2), (0, 0, 2), (1, 1, 0)):
        with pytest.raises(CannotWeigh, match=r"^no speed-up of "):
            amdahl(*wrong)


def test_ratios_are_taken_to_the_base():
    assert ratios({"files": {"a": 2.0, "b": 8.0}}, "a") == {"files": {"a": 1.0, "b": 4.0}}
    with pytest.raises(NoPanel, match=r"^'files' has no figure for 'a'$"):
        ratios({"files": {"b": 1.0}}, "a")
    with pytest.raises(NoPanel, match=r"^'files' has no positive figure for \['b'\]$"):
        ratios({"files": {"a": 1.0, "b": 0.0}}, "a")


def test_the_figure_is_written(tmp_path: Path):
    draw({"files": {"monolith": 1.0, "split": 3.0, "fti": 12.0}}, "monolith", tmp_path / "p.png")
    assert (tmp_path / "p.png").stat().st_size > 10_000
