"""The command that measures somebody else's system, and what it says to bad input."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from measure.data.skew_command import main
from tests.described import described

ON = "flight_id,asked_at"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two files of twenty questions, one value of a hundred shifted; the command runs in it."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "offline.parquet", table())
    write(tmp_path / "served.parquet", table().assign(delay=lambda t: t["delay"].where(t["flight_id"] != 7, 99.0)))
    return tmp_path


def table(rows: int = 20) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "flight_id": range(rows),
            "asked_at": pd.date_range("2013-10-01", periods=rows, freq="h", tz="UTC"),
            "delay": np.linspace(0, 30, rows),
            "carrier": ["UA", "AA"] * (rows // 2),
        }
    )


def write(path: Path, content: pd.DataFrame) -> None:
    content.to_csv(path, index=False) if path.suffix == ".csv" else content.to_parquet(path, index=False)


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["offline.parquet", "served.parquet", "--on", ON, *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_two_files_give_a_report_and_a_figure(folder, capsys):
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    assert out.startswith("20 rows compared; 5.00% of them differ, in 1 of 2 features\n")
    assert out.splitlines()[3].split() == ["delay", "5.00%", "95.00%", "5.00%", "0.00%", "0.00%"]
    assert out.splitlines()[4].split() == ["carrier", "0.00%", "100.00%", "0.00%", "0.00%", "0.00%"]
    assert out.endswith("\nfigure: row_skew.png\n")
    assert (folder / "row_skew.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_it_runs_as_a_module_outside_this_repository(folder):
    command = [sys.executable, "-m", "measure.data.skew", "offline.parquet", "served.parquet", "--on", ON]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5.00% of them differ" in done.stdout


def test_csv_does_as_well_and_files_may_be_of_two_kinds_if_their_types_agree(folder, capsys):
    text = table().astype({"asked_at": str})
    write(folder / "offline.parquet", text)
    write(folder / "served.csv", text)
    assert main(["offline.parquet", "served.csv", "--on", ON]) == 0
    assert "0.00% of them differ, in 0 of 2 features" in capsys.readouterr().out


def test_rows_are_matched_by_their_keys_in_whatever_order(folder, capsys):
    write(folder / "served.parquet", table().sample(frac=1, random_state=1))
    assert "0.00% of them differ" in run(capsys)[1]


def test_only_the_features_named_are_compared(folder, capsys):
    assert "0.00% of them differ, in 0 of 1 features" in run(capsys, "--features", "carrier")[1]


HELP = """
usage: python -m measure.data.skew [-h] --on ON [--features FEATURES] [--figure FIGURE] [--rtol RTOL] [--common]
offline served
The row skew of a system of yours, from two files: ``python -m measure.data.skew OFFLINE SERVED --on KEY,KEY``.
positional arguments:
offline feature vectors as training would see them (.parquet or .csv)
served the vectors that the model really got, for the same questions
options:
-h, --help show this help message and exit
--on ON the keys that tell a question, such as flight_id,asked_at
--features FEATURES the columns to compare (all that both files have)
--figure FIGURE where to write the picture (row_skew.png)
--rtol RTOL numbers may differ by this share (1e-06)
--common leave out questions that only one file has
"""


def test_its_help_says_what_every_word_means(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.split() == HELP.split()


def test_the_picture_is_of_your_system_under_a_title_that_says_what_it_shows(folder, tmp_path, monkeypatch):
    drawn = described(lambda path: run_quietly("--figure", str(path)), tmp_path / "mine.png", monkeypatch)
    assert drawn[0].startswith("figure 'Rows on which training and serving disagree'")
    assert any("['Your system']" in line for line in drawn)
    assert not (folder / "row_skew.png").exists()


def run_quietly(*arguments: str) -> None:
    assert main(["offline.parquet", "served.parquet", "--on", ON, *arguments]) == 0


def test_the_most_skewed_feature_comes_first_and_every_class_has_its_column(folder, capsys):
    other = table().assign(delay=lambda t: t["delay"].where(t["flight_id"] != 7, 99.0))
    write(folder / "served.parquet", other.assign(carrier=[None, "XX", *other["carrier"][2:]]))
    lines = run(capsys)[1].splitlines()
    assert lines[0] == "20 rows compared; 15.00% of them differ, in 2 of 2 features"
    assert lines[2].split() == ["skewed", "equal", "value_differs", "null_only_offline", "null_only_served"]
    assert lines[3].split() == ["carrier", "10.00%", "90.00%", "5.00%", "0.00%", "5.00%"]
    assert lines[4].split() == ["delay", "5.00%", "95.00%", "5.00%", "0.00%", "0.00%"]


def test_features_that_are_alike_keep_the_order_of_the_file(folder, capsys):
    names = [f"f{number}" for number in range(40)]
    features = {name: float(number % 3) for number, name in enumerate(names)}
    write(folder / "offline.parquet", table().assign(**features))
    write(folder / "served.parquet", table().assign(**features | {"f20": 9.0}))
    lines = run(capsys, "--features", ",".join(names))[1].splitlines()
    assert [line.split()[0] for line in lines[3:43]] == ["f20", *names[:20], *names[21:]]


def test_columns_that_one_file_lacks_are_no_features_and_are_named(folder, capsys):
    write(folder / "offline.parquet", table().assign(label=1, Delay=1.0))
    assert run(capsys)[1].splitlines()[0] == "not compared: label (only in offline), Delay (only in offline)"
    write(folder / "served.parquet", table().assign(answered=True))
    out = run(capsys)[1].splitlines()
    assert out[0] == "not compared: label (only in offline), Delay (only in offline), answered (only in served)"
    assert out[1].endswith("in 0 of 2 features")


def test_nothing_is_said_of_columns_where_all_are_compared_or_some_were_chosen(folder, capsys):
    assert "not compared" not in run(capsys)[1]
    write(folder / "offline.parquet", table().assign(label=1))
    assert "not compared" not in run(capsys, "--features", "delay")[1]


def test_nothing_is_forgiven_if_nothing_is_to_be(folder, capsys):
    write(folder / "served.parquet", table().assign(delay=lambda t: t["delay"] * (1 + 1e-8)))
    assert "0.00% of them differ" in run(capsys)[1]
    assert "95.00% of them differ" in run(capsys, "--rtol", "0")[1]


def test_a_tolerance_forgives(folder, capsys):
    assert "0.00% of them differ" in run(capsys, "--rtol", "100")[1]


def test_questions_that_one_file_lacks_can_be_left_out(folder, capsys):
    write(folder / "served.parquet", table().iloc[5:])
    status, _, err = run(capsys)
    assert (status, err) == (2, "skew: unmatched rows: 5 only in offline, 0 only in served\n")
    out = run(capsys, "--common")[1].splitlines()
    assert out[0] == "left out: 5 questions only in offline, 0 only in served"
    assert out[1].startswith("15 rows compared; 0.00%")


def test_it_is_told_how_much_was_left_out_on_either_side_and_that_nothing_was(folder, capsys):
    write(folder / "offline.parquet", table().iloc[:18])
    write(folder / "served.parquet", table().iloc[5:])
    out = run(capsys, "--common")[1].splitlines()
    assert out[0] == "left out: 5 questions only in offline, 2 only in served"
    assert out[1].startswith("13 rows compared; 0.00%")
    write(folder / "offline.parquet", table().iloc[5:])
    assert run(capsys, "--common")[1].startswith("left out: 0 questions only in offline, 0 only in served\n")
    assert "left out" not in run(capsys)[1]


def test_keys_of_one_instant_meet_in_whatever_zone_and_whole_numbers_in_whatever_dtype(folder, capsys):
    local = table().assign(asked_at=lambda t: t["asked_at"].dt.tz_convert("America/New_York"))
    write(folder / "served.parquet", local.astype({"flight_id": float}).iloc[1:])
    assert run(capsys, "--common")[1].splitlines()[1].startswith("19 rows compared; 0.00%")


def garbage(folder):
    (folder / "offline.parquet").write_bytes(b"PAR1 no table at all PAR1")


def rewrite(**changes):
    """Give the offline file other columns; a callable gets the table."""
    return lambda folder: write(folder / "offline.parquet", table().assign(**changes))


def replaced(make):
    return lambda folder: write(folder / "offline.parquet", make(table()))


BAD: dict[str, tuple] = {
    "no such file": (lambda folder: (folder / "offline.parquet").unlink(), [], "there is no file offline.parquet"),
    "a folder": (lambda f: ((f / "offline.parquet").unlink(), (f / "offline.parquet").mkdir()), [], "there is no file"),
    "no table": (garbage, [], "cannot read offline.parquet as parquet: "),
    "an empty file": (lambda f: (f / "offline.parquet").write_bytes(b""), [], "cannot read offline.parquet as parquet"),
    "no rows": (replaced(lambda t: t.iloc[:0]), [], "no rows in offline"),
    "a missing key": (replaced(lambda t: t.drop(columns="asked_at")), [], "column 'asked_at' is missing from offline"),
    "a missing key, common": (
        replaced(lambda t: t.drop(columns="asked_at")),
        ["--common"],
        "column 'asked_at' is missing from offline",
    ),
    "duplicate keys": (
        replaced(lambda t: pd.concat([t, t.iloc[:2]])),
        [],
        "2 duplicate keys ['flight_id', 'asked_at'] in offline",
    ),
    "unmatched rows": (replaced(lambda t: t.iloc[1:]), [], "unmatched rows: 0 only in offline, 1 only in served"),
    "nothing in common": (
        replaced(lambda t: t.assign(flight_id=t["flight_id"] + 100)),
        [],
        "unmatched rows: 20 only in offline, 20 only in",
    ),
    "nothing in common, common": (
        replaced(lambda t: t.assign(flight_id=t["flight_id"] + 100)),
        ["--common"],
        "there is no question in common: 20 questions only in offline, 20 only in served",
    ),
    "a key of text, common": (
        rewrite(flight_id=[str(n) for n in range(20)]),
        ["--common"],
        "column 'flight_id' is text in offline and integer in served",
    ),
    "a key without a zone, common": (
        rewrite(asked_at=pd.date_range("2013-10-01", periods=20, freq="h")),
        ["--common"],
        "column 'asked_at' is instant in offline and instant with zone in served",
    ),
    "no rows, common": (
        replaced(lambda t: t.iloc[:0]),
        ["--common"],
        "there is no question in common: 0 questions only in offline, 20 only in served",
    ),
    "a null key": (rewrite(flight_id=[None, *range(1, 20)]), [], "key 'flight_id' is null in 1 rows of offline"),
    "a key of text": (
        rewrite(flight_id=[str(n) for n in range(20)]),
        [],
        "column 'flight_id' is text in offline and int",
    ),
    "a key without a zone": (
        rewrite(asked_at=pd.date_range("2013-10-01", periods=20, freq="h")),
        [],
        "column 'asked_at' is instant in offline",
    ),
    "a feature of text": (rewrite(delay="late"), [], "column 'delay' is text in offline and number in served"),
    "a feature of lists": (rewrite(delay=[[1]] * 20), [], "column 'delay' is mixed in offline and number in served"),
    "no feature at all": (
        replaced(lambda t: t[["flight_id", "asked_at"]]),
        [],
        "the two files have no column in common apart from the keys",
    ),
    "an unknown feature": (lambda f: None, ["--features", "speed"], "column 'speed' is missing from offline"),
    "a key as a feature": (lambda f: None, ["--features", "flight_id"], "['flight_id'] are keys, not features"),
    "an empty name": (lambda f: None, ["--features", "delay,"], "--features names an empty column: 'delay,'"),
    "a name given twice": (lambda f: None, ["--features", "delay,delay"], "--features names a column twice"),
    "a negative tolerance": (lambda f: None, ["--rtol", "-1"], "--rtol must be 0 or more, not -1"),
    "no tolerance": (lambda f: None, ["--rtol", "nan"], "--rtol must be 0 or more, not nan"),
    "a figure that is no picture": (lambda f: None, ["--figure", "skew.pdf"], "the figure is a PNG: skew.pdf must"),
    "no end of tolerance": (lambda f: None, ["--rtol", "inf"], "--rtol must be 0 or more, not inf"),
    "a figure below a file": (
        lambda f: None,
        ["--figure", "served.parquet/a.png"],
        "cannot write served.parquet/a.png: File exists",
    ),
    "a key of lists, common": (rewrite(flight_id=[[1]] * 20), ["--common"], "column 'flight_id' is mixed in offline"),
    "lists after as many nulls as the other file has rows, common": (
        lambda f: write(f / "offline.parquet", table(40).assign(flight_id=[None] * 20 + [[1]] * 20)),
        ["--common"],
        "the keys cannot be compared: ",
    ),
    "a missing key in the other file": (
        lambda f: write(f / "served.parquet", table().drop(columns="flight_id")),
        ["--common"],
        "column 'flight_id' is missing from served",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_that_says_what_to_mend(case, folder, capsys):
    spoil, arguments, says = BAD[case]
    spoil(folder)
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert err.startswith(f"skew: {says}")
    assert len(err.splitlines()) == 1
    assert "None" not in err
    assert not err.rstrip().endswith(":")
    assert out == ""


def test_there_are_twenty_kinds_of_bad_input():
    assert len(BAD) >= 20


@pytest.mark.parametrize("name", ["served.json", "served"])
def test_a_file_of_another_kind_is_refused(folder, name, capsys):
    (folder / name).write_text(json.dumps([{"flight_id": 1}]))
    assert main(["offline.parquet", name, "--on", ON]) == 2
    assert capsys.readouterr().err == f"skew: {name} is neither .parquet nor .csv\n"


def test_a_csv_that_holds_no_table_is_refused(folder, capsys):
    (folder / "served.csv").write_bytes(b"\xff\xfe\x00")
    assert main(["offline.parquet", "served.csv", "--on", ON]) == 2
    assert capsys.readouterr().err.startswith("skew: cannot read served.csv as csv: ")


def test_keys_must_be_named(folder, capsys):
    assert main(["offline.parquet", "served.parquet", "--on", " , "]) == 2
    assert capsys.readouterr().err == "skew: --on names an empty column: ' , '\n"
    with pytest.raises(SystemExit) as stopped:
        main(["offline.parquet", "served.parquet"])
    assert stopped.value.code == 2
