"""One door, two queues: what was accepted is answered, whoever dies; what cannot be is set aside and shown."""

import shutil
from contextlib import closing

import pytest

from parts.queue.queues import ANSWERED, ASIDE, DIED, TRIES, WAITING, Letter, NoQueue, open_queue
from reference.systems.fti.adapters.engines.local_redis import redis_server
from tests.locked_file import lock
from tests.must_run import needs_redis

pytestmark = pytest.mark.service

LEASE = 10.0


class Clock:
    seconds = 1000.0

    def __call__(self):
        return self.seconds


def open_any(where, **told):
    """A queue whose inside a test may look at."""
    return open_queue(where, **told)


@pytest.fixture(scope="module")
def address():
    needs_redis()
    with redis_server() as found:
        yield f"redis://{found}"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=("sqlite", "redis"))
def where(request, tmp_path, address):
    if request.param == "redis":
        queue = open_any(address)
        queue._server.flushdb()
        queue.close()
    return f"sqlite:{tmp_path / 'queue.db'}" if request.param == "sqlite" else address


@pytest.fixture
def queue(where, clock):
    opened = open_any(where, lease=LEASE)
    opened._clock = clock
    yield opened
    opened.close()


def put(queue, *tickets):
    queue.put([Letter(ticket, f"body of {ticket}") for ticket in tickets])


def test_messages_are_given_in_the_order_in_which_they_were_accepted_each_to_one(queue):
    put(queue, "a", "b")
    put(queue, "c")
    assert [queue.take()[:2] for _ in range(3)] == [(ticket, f"body of {ticket}") for ticket in "abc"]
    assert queue.take() is None


def test_an_answer_is_kept_and_its_message_is_not_given_again(queue, clock):
    put(queue, "a")
    queue.take()
    clock.seconds += 1
    queue.acknowledge("a", "0.25")
    clock.seconds += 2 * LEASE
    assert queue.take() is None
    found = queue.find("a")
    assert (found.state, found.answer, found.answered_at - found.put_at, found.tries) == (ANSWERED, "0.25", 1.0, 1)
    assert queue.count() == {WAITING: 0, ANSWERED: 1, ASIDE: 0}


def test_what_was_never_accepted_is_not_found(queue):
    assert queue.find("z") is None


def test_a_message_whose_lease_is_over_is_given_to_the_next_before_younger_ones(queue, clock):
    put(queue, "a", "b", "c")
    assert (queue.take().ticket, queue.take().ticket) == ("a", "b")
    queue.acknowledge("b", "0.5")
    clock.seconds += LEASE - 0.1
    assert queue.take().ticket == "c"
    clock.seconds += 0.2
    again = queue.take()
    assert (again.ticket, again.tries) == ("a", 2)


def test_of_two_answers_to_one_message_the_first_stays(queue, clock):
    put(queue, "a")
    queue.take()
    clock.seconds += LEASE + 1
    assert queue.take().tries == 2
    queue.acknowledge("a", "the first")
    queue.acknowledge("a", "the second")
    assert (queue.find("a").answer, queue.count()[ANSWERED]) == ("the first", 1)


def test_what_is_given_back_is_given_out_again_at_once_and_set_aside_at_last(queue):
    put(queue, "a", "b")
    for tries in range(1, TRIES + 1):
        message = queue.take()
        assert (message.ticket, message.tries) == ("a", tries)
        queue.give_back(message, f"reason {tries}")
    assert queue.take().ticket == "b"
    (aside,) = queue.list_messages(ASIDE)
    assert (aside.ticket, aside.why, aside.body) == ("a", f"reason {TRIES}", "body of a")
    assert queue.count() == {WAITING: 1, ANSWERED: 0, ASIDE: 1}


def test_a_message_that_kills_whoever_has_it_is_set_aside_too_and_the_others_go_on(queue, clock):
    put(queue, "deadly", "b")
    for _ in range(TRIES):
        assert queue.take().ticket == "deadly"
        clock.seconds += LEASE + 1
    assert queue.take().ticket == "b"
    assert [(each.ticket, each.why) for each in queue.list_messages(ASIDE)] == [("deadly", DIED)]


def test_who_comes_too_late_cannot_give_back_what_another_has(queue, clock):
    put(queue, "a")
    late = queue.take()
    clock.seconds += LEASE + 1
    queue.take()
    queue.give_back(late, "too late")
    assert (queue.take(), queue.find("a").why) == (None, "")


def test_an_answer_that_comes_after_all_is_taken_from_those_set_aside(queue):
    put(queue, "a")
    for _ in range(TRIES):
        queue.give_back(queue.take(), "no")
    queue.acknowledge("a", "0.75")
    assert (queue.count(), queue.list_messages(ASIDE)) == ({WAITING: 0, ANSWERED: 1, ASIDE: 0}, [])


def test_what_was_accepted_outlives_who_accepted_it(queue, where, clock):
    put(queue, "a", "b")
    queue.take()
    queue.close()
    with closing(open_any(where)) as other:
        other._clock = clock
        assert [each.ticket for each in other.list_messages(WAITING)] == ["a", "b"]
        assert other.take().ticket == "b"


def test_what_was_accepted_is_in_the_files_before_put_returns(tmp_path):
    """A copy of the files is what a crash at this moment leaves behind."""
    (tmp_path / "now").mkdir()
    queue = open_any(f"sqlite:{tmp_path / 'now' / 'queue.db'}")
    put(queue, "a")
    shutil.copytree(tmp_path / "now", tmp_path / "after")
    with closing(open_any(f"sqlite:{tmp_path / 'after' / 'queue.db'}")) as other:
        assert other.take().ticket == "a"
    queue.close()


def test_only_accepting_waits_for_the_disk(tmp_path):
    queue, said = open_any(f"sqlite:{tmp_path / 'queue.db'}"), []
    queue._store.set_trace_callback(lambda text: said.append(text.lower()))
    put(queue, "a")
    assert [text for text in said if "synchronous" in text or text == "commit"] == [
        "pragma synchronous = full",
        "commit",
    ]
    said.clear()
    queue.acknowledge(queue.take().ticket, "0.5")
    assert {text for text in said if "synchronous" in text} == {"pragma synchronous = normal"}
    queue.close()


def test_all_or_none_are_accepted(tmp_path):
    queue = open_any(f"sqlite:{tmp_path / 'queue.db'}")
    put(queue, "a")
    with pytest.raises(NoQueue):
        put(queue, "b", "a")
    assert queue.count()[WAITING] == 1
    put(queue, "b")
    queue.close()


def test_a_file_that_another_holds_is_told_in_one_line_and_used_again_when_it_is_free(tmp_path):
    file = tmp_path / "queue.db"
    queue = open_any(f"sqlite:{file}", patience=0.05)
    holder = lock(file)
    with pytest.raises(NoQueue, match=r"^the queue in .*queue\.db cannot be used: database is locked$"):
        put(queue, "a")
    holder.close()
    put(queue, "a")
    assert queue.count()[WAITING] == 1
    queue.close()


def test_a_folder_that_is_not_there_and_a_file_of_something_else_are_no_queue(tmp_path):
    with pytest.raises(NoQueue, match="unable to open database file"):
        open_any(f"sqlite:{tmp_path / 'nowhere' / 'queue.db'}")
    (tmp_path / "text").write_text("no database at all, but longer than a header" * 50)
    with pytest.raises(NoQueue, match="file is not a database"):
        open_any(f"sqlite:{tmp_path / 'text'}")


def test_a_redis_that_is_gone_is_told_in_one_line(tmp_path):
    needs_redis()
    with redis_server() as at:
        queue = open_any(f"redis://{at}", patience=0.2)
        put(queue, "a")
    for call in (lambda: put(queue, "b"), queue.take, queue.count, lambda: queue.find("a")):
        with pytest.raises(NoQueue, match=f"^the queue at redis://{at} cannot be used: [^\n]*$"):
            call()


@pytest.mark.parametrize("where", ["abacus", "sqlite", "sqlite:", "redis:", ""])
def test_a_name_that_is_no_queue_is_refused_in_one_line(where):
    with pytest.raises(ValueError, match=r"^no queue is called .*: sqlite:FILE or redis://HOST:PORT$"):
        open_any(where)
