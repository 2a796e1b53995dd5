"""The folder for generated things, and how programs that use it end."""

import errno

import pytest

from lab.engine import command
from lab.engine.workspace import (
    FORMAT,
    MARK,
    REPOSITORY,
    StudyError,
    explain_os_error,
    open_workspace,
    results_folder,
    study_folder,
)


def test_a_folder_is_used_by_one_run_at_a_time(tmp_path):
    with open_workspace(tmp_path / "study") as folder:
        assert (folder / MARK).read_text() == FORMAT
        with pytest.raises(StudyError, match="another study is running"), open_workspace(folder):
            pass
    with open_workspace(tmp_path / "study"):
        pass


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("letters.txt", b"dear", "holds other things than a study"),
        (MARK, b"1066", "was written by another version of this study"),
        (MARK, b"\xff\xfe", "was written by another version of this study"),
    ],
)
def test_a_folder_of_somebody_else_is_left_alone(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=words), open_workspace(tmp_path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_folder_that_cannot_be_used_is_one_line_with_a_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StudyError, match="set STUDY_HOME to a folder you can write to"),
        open_workspace(tmp_path / "file"),
    ):
        pass
    assert "finished parts are kept" in str(explain_os_error(OSError(errno.ENOSPC, "full"), tmp_path))


def test_study_home_moves_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_HOME", str(tmp_path / "elsewhere"))
    assert study_folder() == tmp_path / "elsewhere"
    with pytest.raises(StudyError, match="run `make study` first"):
        results_folder()
    (tmp_path / "elsewhere/results").mkdir(parents=True)
    (tmp_path / "elsewhere/results/scorecard.json").write_text("[]")
    assert results_folder() == tmp_path / "elsewhere/results"
    monkeypatch.delenv("STUDY_HOME")
    assert study_folder() == REPOSITORY / ".study"
    assert (REPOSITORY / "lab/engine").is_dir()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(StudyError("mend this"), 2, "toy: mend this\n"), (KeyboardInterrupt(), 130, "run it again to go on")],
)
def test_a_program_ends_with_one_line_and_a_status(capsys, monkeypatch, error, status, words):
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)

    def fail() -> int:
        raise error

    assert command.run_guarded("toy", fail) == status
    assert words in capsys.readouterr().err
    assert command.run_guarded("toy", lambda: 1) == 1


def test_where_there_is_no_terminal_a_console_has_the_width_asked_for():
    assert command.open_console(160).width == 160
