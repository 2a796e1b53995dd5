"""What is let in: numbers that can be.

The limits were set in the week before the release, by somebody who knew the data, from the first months of it: what was
seen, with some room, and for the weather what an almanac says. They have caught two broken files since.

    python -m antipatterns.operation.nobody_knows.intake FOLDER
"""

import sys
from pathlib import Path

import pandas as pd

from problem.owned import RANGE, Complaint, Delivery, Taken, demand_columns, read_deliveries

LIMITS = {
    "schedule": {"distance": (10, 6000)},
    "weather": {"temp": (-40, 120), "wind_speed": (0, 120), "visib": (0, 15), "pressure": (930, 1060)},
    "landings": {"arr_delay": (-120, 1440)},
}


class Intake:
    """See ``problem.owned``. Units that a source declares are not looked at: there was one of each."""

    def __init__(self, places: pd.DataFrame) -> None:
        self.places = places

    def take(self, delivery: Delivery) -> Taken:
        """See the contract."""
        demand_columns(delivery)
        complaints = []
        for name, (least, most) in LIMITS[delivery.source].items():
            values = delivery.rows[name].to_numpy(float)
            if outside := int(((values < least) | (values > most)).sum()):
                complaints.append(Complaint(RANGE, name, f"{outside} values are not within {least} and {most}"))
        return Taken(delivery.rows, complaints)


def main(folder: str) -> int:
    """Look at what arrived, and say what is wrong with it."""
    try:
        deliveries, intake = read_deliveries(Path(folder)), Intake(pd.DataFrame())
        complaints = [complaint for each in deliveries for complaint in intake.take(each).complaints]
    except (OSError, ValueError) as error:
        print(f"nothing was let in: {error}")
        return 1
    for complaint in complaints:
        print(f"{complaint.column}: {complaint.said}")
    print(f"{len(deliveries)} deliveries, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
