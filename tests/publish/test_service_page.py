"""The example on the page is what the service answers."""

import json
import re

import pytest

from publish.marked_parts import find_page, read_part
from publish.service_page import NAME, ask_service

pytestmark = pytest.mark.service


def test_the_call_on_the_page_gets_the_answer_that_stands_below_it() -> None:
    part = re.search("```console\n(.*)\n```", read_part(find_page(NAME).read_text(), NAME), re.DOTALL)
    assert part is not None
    command, _, said = part[1].partition("\n")
    body = re.search("-d '(.*)'", command)
    assert body is not None
    shown, now = json.loads(said.replace("\n", " ")), ask_service(json.loads(body[1]))
    for part_of in ("features", "ages"):
        told, holds = shown.pop(part_of), now.pop(part_of)
        assert told.keys() == holds.keys()
        assert {n: v for n, v in told.items() if v != pytest.approx(holds[n], nan_ok=True)} == {}
    for number in ("prediction", "prediction_delay"):
        assert shown.pop(number) == pytest.approx(now.pop(number), abs=1e-6)
    assert shown == now
