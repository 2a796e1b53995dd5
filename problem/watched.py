"""A service that is watched: what a day of answers leaves behind, and the door of whatever watches it.

The service says of a flight, an hour before it is scheduled to leave, how likely it is late. Once a day somebody looks
at what it answered. All sides are handed the same rows; what differs is which metrics they make of them, and which
rules ring.
"""

from typing import Protocol, TypeAlias

import pandas as pd
from prometheus_client import CollectorRegistry

ANSWERED = 200
NO_ANSWER = 0
"""The status of a request that nobody took."""

Rows: TypeAlias = pd.DataFrame
"""A row a request: ``FEATURES`` as the model got them, and

``day``      of the scheduled departure in New York;
``status``   of HTTP, or ``NO_ANSWER``;
``seconds``  until the answer;
``age``      minutes since the stored features were refreshed;
``risk``     what the model said; NaN where there was no answer;
``late``     what came of it, 1 or 0; NaN where it is not known on the next morning, at ten o'clock UTC."""


class Watch(Protocol):
    """The door of every watch; its rules for Prometheus lie beside it, in ``rules.yml``.

    ``registry``: its metrics, as they were when it looked last.
    """

    registry: CollectorRegistry

    def __init__(self, quiet: Rows) -> None:
        """``quiet``: a month in which all was well."""

    def renew(self, quiet: Rows) -> None:
        """A later month in which all was well: time to set the limits anew."""

    def look(self, day: Rows, week: Rows) -> None:
        """Set the metrics by the rows of one day, of which there may be none; ``week``: those of the week before."""
