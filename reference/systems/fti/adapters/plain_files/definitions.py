"""What is stored, under which keys, and how often it is refreshed, as plain data.

The same views as in ``feature_repo/definitions.py``, which cannot be read without Feast; a test holds them equal.
"""

from typing import NamedTuple

NUMBER, WHOLE = "float64", "int64"


class View(NamedTuple):
    """A feature view: its ``keys``, how often it is refreshed (``every``), and its ``columns`` with their types."""

    keys: tuple[str, ...]
    every: str
    columns: dict[str, str]


VIEWS = {
    "origin_departures": View(("origin",), "15min", {"origin_dep_delay_2h": NUMBER, "origin_departures_2h": WHOLE}),
    "carrier_landings": View(("carrier", "origin"), "1h", {"carrier_origin_arr_delay_24h": NUMBER}),
    "route_landings": View(("origin", "dest"), "daily", {"route_arr_delay_28d": NUMBER, "route_late_rate_28d": NUMBER}),
    "aircraft_landings": View(("tailnum",), "15min", {"aircraft_last_arr_delay": NUMBER, "aircraft_landed_at": WHOLE}),
    "weather": View(("origin",), "1h", dict.fromkeys(["temp", "wind_speed", "precip", "visib", "pressure"], NUMBER)),
    "aircraft": View(("tailnum",), "daily", {"aircraft_age": NUMBER, "aircraft_seats": NUMBER}),
}
