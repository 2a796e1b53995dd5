"""What a new owner asks of the contract that lies here, and of what came today.

python -m reference.operation.owned_system.ask sources           the sources, and the rows that came today
python -m reference.operation.owned_system.ask unit COLUMN
python -m reference.operation.owned_system.ask owner COLUMN      ends with 1 if nobody answers for it any more
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from reference.operation.owned_system.contract import Column, read_contract

CONTRACT, TODAY = Path("contract.toml"), Path("today")


def find_column(name: str) -> Column:
    """A column of the contract; ends the program with 1 and a line that names all, if there is none of that name."""
    columns = read_contract(CONTRACT)
    if name not in columns:
        sys.exit(f"no column is called {name}; there are: {', '.join(columns)}")
    return columns[name]


def tell_sources() -> int:
    """A line a source: rows of today, 1 if one has none."""
    names = dict.fromkeys(column.source for column in read_contract(CONTRACT).values())
    counts = {name: _count(TODAY / f"{name}.csv") for name in names}
    for name, count in counts.items():
        print(f"{name}: {count or 'nothing came'}")
    return 0 if all(counts.values()) else 1


def tell_unit(name: str) -> int:
    """The unit of a column, and what can be."""
    column = find_column(name)
    print(f"{name}: {column.unit}, {column.low} to {column.high}")
    return 0


def tell_owner(name: str) -> int:
    """Who answers for a column, and until when; ``TODAY`` in the environment says otherwise what day it is."""
    column = find_column(name)
    over = column.until < date.fromisoformat(os.environ.get("TODAY") or str(date.today()))
    print(f"{name}: {column.owner}, until {column.until}{': over, find somebody' if over else ''}")
    return int(over)


def _count(file: Path) -> int:
    return sum(1 for _ in file.open()) - 1 if file.exists() else 0


TELL: Mapping[str, Callable[..., int]] = {"sources": tell_sources, "unit": tell_unit, "owner": tell_owner}

if __name__ == "__main__":
    sys.exit(TELL[sys.argv[1]](*sys.argv[2:]))
