"""What is counted of forms: rulers on queues and waits whose truth is planted."""

import json
import sqlite3
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lab.load.load_result import Result
from lab.patterns.form_bursts import Burst, describe_burst
from lab.patterns.form_deaths import Plan, accept, count_fates, draw_moments, wait_until
from lab.patterns.form_loads import compare
from lab.patterns.form_questions import make_questions, put_model
from lab.patterns.form_reads import count_prepared, count_reads, find_break_even, find_crowd, find_turns, sweep_crowd
from lab.patterns.form_waits import describe
from measure.data.comparison import Word
from parts.model_service.question import FlightQuestion
from parts.queue.queues import TRIES, open_queue
from problem.ask_or_queue import Cost, open_model
from problem.monday import NoModel


def test_lost_wrong_twice_and_set_aside_are_each_found(tmp_path, facts):
    put_model(tmp_path, Cost())
    questions = make_questions(facts, 6)
    queue = open_queue(f"sqlite:{tmp_path / 'queue.db'}", lease=0.0)
    accept(queue, questions)
    for right in (False, True):
        message = take(queue)
        queue.acknowledge(message.ticket, answer(tmp_path, message) if right else "a wrong answer")
    twice = [take(queue), take(queue)][-1]
    queue.acknowledge(twice.ticket, answer(tmp_path, twice))
    for _ in range(TRIES):
        queue.give_back(take(queue), "no")
    with sqlite3.connect(tmp_path / "queue.db") as store:
        store.execute("delete from messages where ticket = '5'")
    found = count_fates(queue, tmp_path, questions, kills=2)
    queue.close()
    assert (found.answered, found.wrong, found.twice, found.set_aside) == (3, 1, 1, 1)
    assert (found.accepted, found.lost, found.stated) == (6, 2, 2)


def take(queue):
    message = queue.take()
    assert message is not None
    return message


def answer(models, message):
    row = FlightQuestion.model_validate_json(message.body).request()
    return json.dumps(open_model(models).answer([row])[0])


def test_moments_are_drawn_by_the_seed_and_fall_while_there_is_work():
    moments = draw_moments(1000, Plan(kills=5, seed=1))
    assert moments == draw_moments(1000, Plan(kills=5, seed=1)) != draw_moments(1000, Plan(kills=5, seed=2))
    assert (len(moments), moments[0] > 0, moments[-1] < 600) == (5, True, True)
    assert all(first < second for first, second in pairwise(moments))


def test_a_queue_that_does_not_get_there_is_given_up_with_its_counts(tmp_path):
    queue = open_queue(f"sqlite:{tmp_path / 'queue.db'}")
    with pytest.raises(TimeoutError, match=r"the queue has \{.waiting.: 0"):
        wait_until(queue, lambda counts: counts["answered"] > 0, patience=0.05)
    queue.close()


def test_what_was_not_taken_is_no_wait_but_none():
    found = describe(np.array([1.0, 2.0, 300.0, 1.0]), np.array([True, True, True, False]))
    assert found == {"p50": 2.0, "p95": None, "good": 0.5, "taken": 0.75}


def test_a_burst_is_told_by_what_became_of_its_questions():
    due = np.array([0.0, 0.5, 1.0, 1.5])
    statuses, waits = np.array([200, 503, 0, 200]), np.array([100.0, 1.0, 10_000.0, 2000.0])
    row = describe_burst(Result("open", 2.0, 2.0, due, due, waits, statuses, 0.0), Burst(2.0, 2.0, 1.0))
    assert (row["good"], row["taken"], row["refused"], row["given_up"]) == (0.25, 0.5, 0.25, 0.25)
    assert (row["last"], row["in_burst"], row["asked"]) == (3.5, 0.5, 4)
    assert row["waited"] == pytest.approx(12.101 / 4)


def test_a_ratio_is_taken_by_rounds_and_not_where_an_answer_is_missing():
    rows: list[dict[str, Any]] = []
    for number, later in enumerate((6.0, 8.0)):
        of = {"round": number, "rate": 10}
        rows += [of | {"form": "wait", "p50": 1.0}, of | {"form": "gone", "p50": None}]
        rows += [of | {"form": "queue", "p50": 0.5, "later": {"p50": later}}]
    gone, queue = compare(rows, "wait", "p50", part="later")
    assert (queue["value"], queue["low"], queue["high"], queue["word"]) == (7.0, 6.0, 8.0, Word.WORSE)
    assert gone["word"] == "no answer"


@pytest.mark.parametrize(("numbers", "reads"), [((5.0, 6.0, 1.0), 1.0), ((0.02, 5.0, 1.0), 0.005), ((5, 1, 1), None)])
def test_a_job_pays_where_its_reads_save_what_it_cost(numbers, reads):
    assert find_break_even(*numbers) == reads


def asked_at(*hours, leaves=24.0):
    origin = pd.Timestamp("2013-10-02", tz="UTC")
    times = [origin + pd.Timedelta(hours=hour) for hour in hours]
    return pd.DataFrame({"flight_id": 1, "asked_at": times, "scheduled_at": origin + pd.Timedelta(hours=leaves)})


def test_a_flight_is_prepared_by_each_job_that_somebody_may_read():
    asked = asked_at(1.0, leaves=24.5)
    assert count_prepared(asked, pd.Timedelta("1h")) == 25
    assert count_prepared(asked, pd.Timedelta("24h")) == 2


def test_reads_are_of_the_last_job_and_what_none_reads_was_prepared_all_the_same():
    found = count_reads(asked_at(1.25, 1.75, 3.5, 3.5), 24, pd.Timedelta("1h"))
    assert found == {"prepared": 24, "reads": 4 / 24, "unread": pytest.approx(22 / 24), "age": 0.5}


def test_a_thinner_crowd_reads_less_of_the_same_answers():
    asked = asked_at(*np.arange(1000) / 100)
    whole, half = sweep_crowd(asked, ["1h"], [1.0, 0.5])
    assert whole["prepared"] == half["prepared"]
    assert half["reads"] == pytest.approx(whole["reads"] / 2, rel=0.1)


def test_the_crowd_that_pays_for_a_job_is_a_share_of_all_or_there_is_none():
    rows = [{"period": period, "share": 1.0, "reads": reads} for period, reads in (("24h", 20.0), ("15min", 0.4))]
    assert find_crowd(rows, 1.0) == {"24h": 0.05, "15min": None}
    assert find_crowd(rows, None) == {"24h": None, "15min": None}


def test_turns_are_told_with_the_extremes_of_the_rounds():
    jobs = [{"kind": "row", "cpu": value} for value in (4.0, 5.0, 6.0)]
    told = find_turns(jobs, [6.0, 5.0, 7.0], [1.0], [])
    assert told["turns"] == [{"kind": "row", "value": 1.0, "low": pytest.approx(4 / 6), "high": 1.5, "crowd": {}}]
    assert told["cpu"] == {"asked": 6.0, "looked_up": 1.0}


def test_a_cost_that_cannot_be_read_is_no_model(tmp_path):
    put_model(tmp_path, Cost())
    (tmp_path / "cost.json").write_text("{")
    with pytest.raises(NoModel, match=r"cost\.json cannot be read: publish the model first"):
        open_model(tmp_path)
