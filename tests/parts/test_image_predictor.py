"""The program of the image: it answers by its model's steps, and refuses a file that it cannot read."""

from typing import Any

import numpy as np
import pytest

from parts.image_predictor.predictor import CannotRead, make_vector, predict, read_model

FLIGHT = {"local_hour": 18, "weekday": 4, "month": 7, "distance": 200}
TEXT = "0.0\n0 12 -1.0 1.0\n3 500 0.5 -0.5\n"


def write_text(folder, text=TEXT):
    (folder / "model.txt").write_text(text)
    return folder / "model.txt"


def save_archive(file, model: dict[str, Any], ballast):
    np.savez(file, **model, ballast=np.zeros(ballast, np.uint8))


def test_a_prediction_is_the_logistic_of_the_steps(tmp_path):
    """Past twelve adds 1, below 500 miles adds 0.5."""
    found = predict(read_model(write_text(tmp_path)), make_vector(FLIGHT))
    assert found == pytest.approx(1 / (1 + np.exp(-1.5)))


def test_both_forms_answer_alike(tmp_path):
    text = read_model(write_text(tmp_path))
    save_archive(tmp_path / "model.npz", text, 100)
    archive = read_model(tmp_path / "model.npz")
    assert predict(archive, make_vector(FLIGHT)) == predict(text, make_vector(FLIGHT))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_an_archive_that_was_cut_is_refused_in_one_line(share, tmp_path):
    save_archive(tmp_path / "model.npz", read_model(write_text(tmp_path)), 10_000)
    held = (tmp_path / "model.npz").read_bytes()
    (tmp_path / "model.npz").write_bytes(held[: int(share * len(held))])
    with pytest.raises(CannotRead, match=r"^model.npz cannot be read [^\n]*$"):
        read_model(tmp_path / "model.npz")


def test_a_missing_file_and_an_empty_text_are_refused(tmp_path):
    for file in (tmp_path / "none.npz", tmp_path / "none.txt", write_text(tmp_path, "")):
        with pytest.raises(CannotRead, match="cannot be read"):
            read_model(file)


def test_a_model_that_looks_at_a_further_column_is_an_error(tmp_path):
    with pytest.raises(IndexError):
        predict(read_model(write_text(tmp_path, "0.0\n4 12 -1.0 1.0\n")), make_vector(FLIGHT))
