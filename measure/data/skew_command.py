"""The row skew of a system of yours, from two files: ``python -m measure.data.skew OFFLINE SERVED --on KEY,KEY``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from measure.data.skew import CLASSES, SIDES, RowSkew, draw, row_skew
from measure.data.table_compare import RTOL, CannotCompare, compare_tables

READERS = {".parquet": pd.read_parquet, ".csv": pd.read_csv}
FIGURE = Path("row_skew.png")


class BadInput(ValueError):
    """Something about the files or the options; its text is one line that says what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report and write the figure; exit status 0, or 2 for what the caller can mend."""
    options = _parser().parse_args(arguments)
    try:
        found, left_out = measured(options)
        draw({"yours": found}, options.figure, "Rows on which training and serving disagree")
    except (BadInput, CannotCompare) as error:
        print(f"skew: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"skew: cannot write {options.figure}: {error.strerror or error}", file=sys.stderr)
        return 2
    print("\n".join([*left_out, report(found), "", f"figure: {options.figure}"]))
    return 0


def measured(options: argparse.Namespace) -> tuple[RowSkew, list[str]]:
    """The skew of the two files named in the options, and a line for each kind of thing that was left out of it.

    Raises ``BadInput`` or ``CannotCompare``.
    """
    if options.figure.suffix != ".png":
        raise BadInput(f"the figure is a PNG: {options.figure} must end in .png")
    if not 0 <= options.rtol < float("inf"):
        raise BadInput(f"--rtol must be 0 or more, not {options.rtol:g}")
    files = [_read(path) for path in (options.offline, options.served)]
    on = _names(options.on, "--on")
    tables = _common(files, on) if options.common else files
    features = _names(options.features, "--features") if options.features else _shared(tables, on)
    if keys := [name for name in features if name in on]:
        raise BadInput(f"{keys} are keys, not features")
    left_out = [] if options.features else _on_one_side(tables)
    left_out += [f"left out: {_by_side(files, tables)}"] if options.common else []
    offline, served = tables
    return row_skew(offline, served, on, features, rtol=options.rtol), left_out


def report(found: RowSkew) -> str:
    """The shares as text, the most skewed feature first."""
    table = found.per_feature.sort_values("skewed", ascending=False, kind="stable")
    shares = table.set_index("feature")[["skewed", *CLASSES]].map("{:.2%}".format)
    head = (
        f"{found.rows:,} rows compared; {found.skewed_rows:.2%} of them differ, "
        f"in {found.skewed_features} of {len(table)} features"
    )
    return f"{head}\n\n{shares.to_string(index_names=False)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m measure.data.skew", description=__doc__)
    parser.add_argument("offline", type=Path, help="feature vectors as training would see them (.parquet or .csv)")
    parser.add_argument("served", type=Path, help="the vectors that the model really got, for the same questions")
    parser.add_argument("--on", required=True, help="the keys that tell a question, such as flight_id,asked_at")
    parser.add_argument("--features", default="", help="the columns to compare (all that both files have)")
    parser.add_argument("--figure", type=Path, default=FIGURE, help=f"where to write the picture ({FIGURE})")
    parser.add_argument("--rtol", type=float, default=RTOL, help=f"numbers may differ by this share ({RTOL:g})")
    parser.add_argument("--common", action="store_true", help="leave out questions that only one file has")
    return parser


def _read(path: Path) -> pd.DataFrame:
    if path.suffix not in READERS:
        raise BadInput(f"{path} is neither .parquet nor .csv")
    if not path.is_file():
        raise BadInput(f"there is no file {path}")
    try:
        return READERS[path.suffix](path)
    except Exception as error:  # the readers raise whatever their parsers do
        raise BadInput(f"cannot read {path} as {path.suffix[1:]}: {str(error).partition(chr(10))[0]}") from None


def _names(text: str, option: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise BadInput(f"{option} names an empty column: {text!r}")
    if len(set(names)) < len(names):
        raise BadInput(f"{option} names a column twice: {text!r}")
    return names


def _shared(tables: list[pd.DataFrame], on: list[str]) -> list[str]:
    offline, served = tables
    shared = [name for name in offline if name in set(served) and name not in on]
    if not shared:
        raise BadInput("the two files have no column in common apart from the keys")
    return shared


def _on_one_side(tables: list[pd.DataFrame]) -> list[str]:
    """One line that names the columns that only one file has; none if there are none."""
    alone = [
        f"{name} (only in {side})"
        for table, other, side in zip(tables, tables[::-1], SIDES, strict=True)
        for name in table
        if name not in other
    ]
    return [f"not compared: {', '.join(alone)}"] if alone else []


def _common(tables: list[pd.DataFrame], on: list[str]) -> list[pd.DataFrame]:
    """The rows whose keys both files have."""
    for table, side in zip(tables, SIDES, strict=True):
        if missing := [name for name in on if name not in table]:
            raise CannotCompare(f"column {missing[0]!r} is missing from {side}")
    _check_kinds(tables, on)
    try:
        questions = [pd.MultiIndex.from_frame(table[on]) for table in tables]
        kept = [table[keys.isin(other)] for table, keys, other in zip(tables, questions, questions[::-1], strict=True)]
    except TypeError as error:
        raise BadInput(f"the keys cannot be compared: {error}") from None
    if any(table.empty for table in kept):
        raise BadInput(f"there is no question in common: {_by_side(tables, kept)}")
    return kept


def _check_kinds(tables: list[pd.DataFrame], on: list[str]) -> None:
    """Refuse keys of two kinds with ``CannotCompare``: no two of them would ever meet."""
    rows = min(map(len, tables))
    for name in on:
        compare_tables(tables[0][name].iloc[:rows], tables[1][name].iloc[:rows], SIDES)


def _by_side(files: list[pd.DataFrame], kept: list[pd.DataFrame]) -> str:
    """How many questions of each file have no partner in the other."""
    gone = [len(file) - len(table) for file, table in zip(files, kept, strict=True)]
    return f"{gone[0]:,} questions only in {SIDES[0]}, {gone[1]:,} only in {SIDES[1]}"
