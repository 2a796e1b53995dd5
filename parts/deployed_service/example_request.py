"""A request that the service answers."""

EXAMPLE = {
    "flight_id": 1,
    "asked_at": "2013-10-01T08:00:00+00:00",
    "scheduled_at": "2013-10-01T09:00:00+00:00",
    "carrier": "UA",
    "origin": "EWR",
    "dest": "IAH",
    "tailnum": "N14228",
    "distance": 1400,
}
