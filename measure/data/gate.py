"""Gate G0: do the systems do the same job? Nothing else is compared before they do.

*Own operationalisation*, in the manner of differential testing (McKeeman 1998): on frozen facts, all systems build the
same training matrix and give the same predictions; what differs on purpose is declared, feature by feature.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from measure.data.table_compare import ATOL, RTOL, CannotCompare, Cell, compare_tables, match_rows
from measure.figures import figure_style

PREDICTION_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Comparison:
    """One column of one table against the reference: how many of the ``rows`` differ."""

    table: str
    column: str
    rows: int
    differing: int
    declared: bool = False

    @property
    def share(self) -> float:
        """Share of rows that differ, 0 to 1."""
        return self.differing / self.rows

    @property
    def failed(self) -> bool:
        """Differs without a declaration, or is declared to differ and does not."""
        return (self.differing > 0) != self.declared

    def __str__(self) -> str:
        where = f"{self.table}: {self.column}"
        if self.declared and not self.differing:
            return f"{where} is declared to differ and does not"
        note = ", as declared" if self.declared else ""
        return f"{where} differs in {self.differing} of {self.rows} rows ({self.share:.2%}){note}"


@dataclass(frozen=True)
class Gate:
    """All comparisons made, equal ones too."""

    comparisons: tuple[Comparison, ...]

    @property
    def passed(self) -> bool:
        """Whether every column is equal or differs as declared."""
        return not self.failures

    @property
    def failures(self) -> tuple[Comparison, ...]:
        """The comparisons that close the gate; each prints as one line."""
        return tuple(c for c in self.comparisons if c.failed)

    @property
    def divergences(self) -> tuple[Comparison, ...]:
        """Every column that differs, declared or not."""
        return tuple(c for c in self.comparisons if c.differing)

    def __str__(self) -> str:
        head = f"{'passed' if self.passed else 'FAILED'}: {len(self.comparisons)} comparisons"
        listed = [c for c in self.comparisons if c.failed or c.declared]
        return "\n".join([head, *map(str, listed)])


def same_matrix(a: pd.DataFrame, b: pd.DataFrame, on: Sequence[str], features: Sequence[str]) -> Gate:
    """Whether two feature tables say the same, joined on ``on``.

    Raises ``CannotCompare`` where the tables do not allow a comparison; see ``measure.data.table_compare.match_rows``.
    """
    return agreement(a, {"b": b}, on, features, reference_name="a")


def same_predictions(
    a: pd.DataFrame, b: pd.DataFrame, on: Sequence[str], column: str, tolerance: float = PREDICTION_TOLERANCE
) -> Gate:
    """Whether two tables predict the same within an absolute ``tolerance``, joined on ``on``.

    Raises ``CannotCompare`` like ``same_matrix``, and for a missing prediction: two of them are not an agreement.
    """
    for table, name in ((a, "a"), (b, "b")):
        if column in table and table[column].isna().any():
            raise CannotCompare(f"{column!r} is null in {table[column].isna().sum()} rows of {name}")
    return agreement(a, {"b": b}, on, [column], reference_name="a", rtol=0.0, atol=tolerance)


def agreement(
    reference: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    on: Sequence[str],
    features: Sequence[str],
    *,
    declared: Collection[tuple[str, str]] = (),
    reference_name: str = "reference",
    rtol: float = RTOL,
    atol: float = ATOL,
) -> Gate:
    """Hold each named table against the reference, column by column.

    ``declared`` lists the (table, column) pairs that differ on purpose. Raises ``CannotCompare`` as ``same_matrix``
    does, for no table at all, and for a declaration about something that is not compared.
    """
    compared = {(name, column) for name in tables for column in features}
    if not tables or set(declared) - compared:
        raise CannotCompare(f"nothing to compare for {sorted(set(declared) - compared) or reference_name}")
    made = []
    for name, table in tables.items():
        sides = (reference_name, name)
        left, right = match_rows(reference, table, on, features, sides)
        for column in features:
            differing = int((compare_tables(left[column], right[column], sides, rtol, atol) != Cell.EQUAL).sum())
            made.append(Comparison(name, column, len(left), differing, (name, column) in declared))
    return Gate(tuple(made))


def draw(gate: Gate, path: Path, title: str = "Same job? Columns that differ from the reference") -> None:
    """A grid, column × table: a tick where equal, the share of rows where not; writes a PNG to ``path``."""
    tables, columns = (list(dict.fromkeys(getattr(c, part) for c in gate.comparisons)) for part in ("table", "column"))
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for c in gate.comparisons:
            place = (tables.index(c.table), columns.index(c.column))
            axes.annotate(_mark(c), place, ha="center", va="center", fontweight="bold" if c.failed else "normal")
        labels = [figure_style.looks()[name].label if name in figure_style.looks() else name for name in tables]
        axes.grid(visible=False)
        axes.set_xticks(range(len(tables)), labels)
        axes.set_yticks(range(len(columns)), columns)
        axes.set(xlim=(-0.5, len(tables) - 0.5), ylim=(len(columns) - 0.4, -0.6))


def _mark(comparison: Comparison) -> str:
    if not (comparison.differing or comparison.declared):
        return "✓"
    share = "<0.1%" if 0 < comparison.share < 0.001 else f"{comparison.share:.1%}"
    return ("✗ " if comparison.failed else "") + share + (" (declared)" if comparison.declared else "")
