"""Rules are refused or evaluated by the real thing: samples of days gone by, NaN and gaps included."""

import math
from pathlib import Path

import pytest

from parts.prometheus.prometheus_server import DAY, start_prometheus
from parts.prometheus.promtool import BadRules, NoPrometheus, Sample, backfill, check_rules
from tests.must_run import needs

pytestmark = pytest.mark.service
FIRST = 1_370_000_000.0
RULES = """\
groups:
  - name: toy
    rules:
      - {alert: TooMuch, expr: level > limit, labels: {family: plain}}
      - {alert: NotFine, expr: level unless level <= limit}
"""


@pytest.fixture(scope="module", autouse=True)
def programs():
    needs("prometheus", "apt-get install prometheus")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("prometheus")
    (home / "rules.yml").write_text(RULES)
    levels = {"a": (1.0, 3.0, math.nan, 1.0), "b": (5.0, math.nan, 1.0, 0.5)}
    samples = [
        Sample("level", {"of": of}, each, FIRST + day * DAY) for of in levels for day, each in enumerate(levels[of])
    ]
    backfill(home / "data", [*samples, *(Sample("limit", {"of": "a"}, 2.0, FIRST + day * DAY) for day in range(300))])
    with start_prometheus(home, [home / "rules.yml"]) as started:
        yield started


def ring(server, name):
    """By series, on which days a rule would have rung."""
    query = next(alert.query for alert in server.list_alerts() if alert.name == name)
    return {(rung.labels["of"], (rung.at - FIRST) / DAY) for rung in server.evaluate(query, FIRST, FIRST + 299 * DAY)}


def test_rules_come_back_as_they_were_written(server):
    assert [(alert.group, alert.name, alert.labels) for alert in server.list_alerts()] == [
        ("toy", "TooMuch", {"family": "plain"}),
        ("toy", "NotFine", {}),
    ]


def test_a_rule_that_asks_for_too_much_is_silent_for_nan_and_without_a_limit(server):
    assert ring(server, "TooMuch") == {("a", 1)}


def test_a_rule_that_asks_for_what_is_fine_rings_for_both(server):
    assert ring(server, "NotFine") == {("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2), ("b", 3)}


def test_nothing_rings_now_and_a_query_that_is_none_is_refused_with_its_reason(server):
    assert server.list_firing() == set()
    with pytest.raises(ValueError, match="parse error"):
        server.evaluate("level >", FIRST, FIRST + DAY)


def test_rules_and_samples_that_prometheus_would_not_take_are_refused_in_one_line(tmp_path):
    (tmp_path / "rules.yml").write_text(RULES.replace("level > limit", "level > > limit"))
    with pytest.raises(BadRules, match=r"^[^\n]*parse error[^\n]*$"):
        check_rules(tmp_path / "rules.yml")
    with pytest.raises(BadRules, match=r"^[^\n]+$"):
        backfill(tmp_path / "data", [Sample("no name", {}, 1.0, FIRST)])


def test_a_server_that_does_not_start_says_where_to_look(tmp_path):
    (tmp_path / "rules.yml").write_text("groups: 3")
    with (
        pytest.raises(NoPrometheus, match=r"Prometheus does not start: see .*log"),
        start_prometheus(tmp_path, [tmp_path / "rules.yml"]),
    ):
        pass


def test_a_missing_program_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoPrometheus, match="prometheus is missing: apt-get install prometheus"):
        check_rules(Path("rules.yml"))
