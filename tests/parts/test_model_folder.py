"""Models in a folder: written whole, never written over, and one clear line where one is missing or damaged."""

import pytest

from parts.model_folder.model_folder import ModelFolder, NoModel


@pytest.fixture
def models(tmp_path):
    folder = ModelFolder(tmp_path / "models")
    folder.put("week_9", {"rate": 0.2})
    folder.release("week_9")
    return folder


def test_what_was_released_answers(models):
    models.put("week_10", {"rate": 0.3})
    assert models.load() == {"rate": 0.2}  # put is not released
    models.release("week_10")
    assert (models.find_in_force(), models.load()) == ("week_10", {"rate": 0.3})
    models.release("week_9")  # and back again
    assert models.load() == {"rate": 0.2}


def test_a_version_is_put_once(models):
    with pytest.raises(FileExistsError, match=r"week_9\.joblib is there already: a version is put once"):
        models.put("week_9", {"rate": 0.9})
    assert models.load() == {"rate": 0.2}


def test_before_the_first_release_nobody_answers(tmp_path):
    empty = ModelFolder(tmp_path)
    assert empty.find_in_force() == ""
    with pytest.raises(NoModel, match=r"no model is in force in .*: train one and release it"):
        empty.load()


def test_a_version_that_is_not_there_is_not_released_and_the_old_one_goes_on(models):
    with pytest.raises(NoModel, match="no model week_77 in"):
        models.release("week_77")
    assert models.find_in_force() == "week_9"


@pytest.mark.parametrize("left", [0, 10])
def test_a_truncated_file_is_refused_and_does_not_answer(models, left):
    models.put("week_10", {"rate": 0.3})
    file = models.home / "week_10.joblib"
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(NoModel, match=r"week_10\.joblib is damaged .*: release another version, or train again"):
        models.release("week_10")
    assert models.load() == {"rate": 0.2}


def test_a_write_that_breaks_off_leaves_no_version(models, monkeypatch):
    def break_off(model, file):
        file.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("parts.model_folder.model_folder.joblib.dump", break_off)
    with pytest.raises(OSError, match="disk full"):
        models.put("week_11", {"rate": 0.4})
    with pytest.raises(NoModel):
        models.load("week_11")
    assert models.load() == {"rate": 0.2}
