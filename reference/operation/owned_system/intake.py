"""What is let in: what the contract says, in its units.

A unit that is declared otherwise is converted at once, and complained of: somebody has to change the contract. Where a
column can be held against something else, this has the last word: if values fit as they came and do not fit as they
were declared, the declaration is wrong. A unit that nobody knows leaves nulls.

    python -m reference.operation.owned_system.intake FOLDER PLACES [CONTRACT]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from parts.units.units import UnknownUnit, convert
from problem.owned import CROSS, DECLARED, RANGE, Complaint, Delivery, Taken, demand_columns, read_deliveries
from reference.operation.owned_system.contract import FILE, Column, read_contract
from reference.operation.owned_system.cross_checks import measure_apart


class Intake:
    """See ``problem.owned``."""

    def __init__(self, places: pd.DataFrame, contract: Path = FILE) -> None:
        self._places, self._columns = places, read_contract(contract)

    def take(self, delivery: Delivery) -> Taken:
        """See the contract."""
        demand_columns(delivery)
        columns = [each for each in self._columns.values() if each.source == delivery.source]
        rows, complaints = delivery.rows.copy(), []
        for column in columns:
            complaints += self._declare(rows, column, delivery.units.get(column.name, "nothing"))
        for column in columns:
            complaints += self._cross(rows, column, delivery.rows)
        return Taken(rows, [*complaints, *(said for column in columns for said in _check_range(rows, column))])

    def _declare(self, rows: pd.DataFrame, column: Column, declared: str) -> list[Complaint]:
        """Convert a column in its place."""
        if declared == column.unit:
            return []
        try:
            rows[column.name] = convert(rows[column.name], declared, column.unit)
        except UnknownUnit:
            rows[column.name] = np.nan
        return [Complaint(DECLARED, column.name, f"comes in {declared}, {column.unit} was agreed: ask {column.owner}")]

    def _cross(self, rows: pd.DataFrame, column: Column, came: pd.DataFrame) -> list[Complaint]:
        """Hold a column against something else, and put it back as it came if it fits then."""
        if column.tolerance is None or not (apart := measure_apart(column.name, rows, self._places)) > column.tolerance:
            return []
        if measure_apart(column.name, came, self._places) <= column.tolerance:
            rows[column.name] = came[column.name]
            return [Complaint(CROSS, column.name, f"is not in the unit that is declared: ask {column.owner}")]
        return [Complaint(CROSS, column.name, f"is {apart:.1%} from what it should be: ask {column.owner}")]


def _check_range(rows: pd.DataFrame, column: Column) -> list[Complaint]:
    values = rows[column.name].to_numpy(float)
    outside = int(((values < column.low) | (values > column.high)).sum())
    limits = f"{column.low} and {column.high} {column.unit}"
    said = f"{outside} values are not within {limits}: ask {column.owner}"
    return [Complaint(RANGE, column.name, said)] if outside else []


def main(folder: str, places: str, contract: str = str(FILE)) -> int:
    """Look at what arrived, and say what is wrong with it."""
    try:
        deliveries, intake = read_deliveries(Path(folder)), Intake(pd.read_csv(places), Path(contract))
        complaints = [complaint for each in deliveries for complaint in intake.take(each).complaints]
    except (OSError, ValueError) as error:
        print(f"nothing was let in: {error}")
        return 1
    for complaint in complaints:
        print(f"{complaint.column} {complaint.said}")
    print(f"{len(deliveries)} deliveries, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
