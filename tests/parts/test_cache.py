"""One door, three caches: what was put is had again until its time is over, and a cache that is gone does no harm."""

import time

import pytest

from parts.cache.caches import Disk, Memory, Redis, open_cache
from reference.systems.fti.adapters.engines.local_redis import redis_server
from tests.must_run import needs_redis

pytestmark = pytest.mark.service

KINDS = ("memory", "disk", "Redis")
VALUES = [0.0, 0.25, {"temp": 50.5, "carrier": "UA", "visib": None}, ""]


@pytest.fixture(scope="module")
def address():
    needs_redis()
    with redis_server() as found:
        yield f"redis://{found}"


@pytest.fixture(params=KINDS)
def cache(request, tmp_path, address):
    where = {"memory": "memory", "disk": f"disk:{tmp_path}", "Redis": address}
    opened = open_cache(where[request.param])
    opened.clear()
    yield opened
    opened.close()


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_what_was_put_is_had_again(cache, value):
    assert cache.get("key") is None
    cache.put("key", value, 60)
    assert cache.get("key") == value
    assert cache.get("another") is None


def test_the_last_put_counts_and_a_cleared_cache_is_empty(cache):
    for value in (0.1, 0.2):
        cache.put("key", value, 60)
    assert cache.get("key") == 0.2
    cache.clear()
    assert (cache.get("key"), cache.failures) == (None, 0)


def test_nothing_is_kept_longer_than_it_may(cache):
    cache.put("short", 0.1, 0.05)
    cache.put("long", 0.2, 60)
    time.sleep(0.1)
    assert (cache.get("short"), cache.get("long")) == (None, 0.2)


def test_a_redis_that_dies_is_as_good_as_no_cache(tmp_path):
    needs_redis()
    with redis_server() as at:
        cache = Redis(f"redis://{at}")
        cache.put("key", 0.1, 60)
        assert cache.get("key") == 0.1
    assert cache.get("key") is None
    cache.put("key", 0.1, 60)
    assert cache.failures == 2


def test_a_folder_that_another_process_holds_is_as_good_as_no_cache(tmp_path):
    cache, other = Disk(str(tmp_path)), Disk(str(tmp_path))
    with other._store.transact():
        cache.put("key", 0.1, 60)
    assert (cache.failures, cache.get("key")) == (1, None)


def test_what_lies_on_disk_or_in_redis_outlives_the_process_that_put_it(tmp_path, address):
    for where in (f"disk:{tmp_path}", address):
        first = open_cache(where)
        first.put("kept", 0.3, 60)
        first.close()
        assert open_cache(where).get("kept") == 0.3


def test_a_full_memory_forgets_what_was_not_read_for_the_longest_time():
    cache = Memory(most=2)
    for key in ("a", "b"):
        cache.put(key, 1.0, 60)
    cache.get("a")
    cache.put("c", 1.0, 60)
    assert [cache.get(key) for key in "abc"] == [1.0, None, 1.0]


def test_a_memory_may_have_a_clock_of_its_own():
    now = [0.0]
    cache = Memory(clock=lambda: now[0])
    cache.put("key", 1.0, 60)
    now[0] = 59.0
    assert cache.get("key") == 1.0
    now[0] = 61.0
    assert cache.get("key") is None


@pytest.mark.parametrize("where", ["abacus", "disk", "disk:", "redis:", ""])
def test_a_name_that_is_no_cache_is_refused_in_one_line(where):
    with pytest.raises(ValueError, match=r"^no cache is called .*: memory, disk:FOLDER or redis://HOST:PORT$"):
        open_cache(where)
