"""The supervisor, on programs that really end, hang and grow: each is started again, and the events say why."""

import os
import signal
import socket
import sys
import time
from itertools import pairwise

import psutil
import pytest

from lab.load.served_system import free_port
from parts.supervisor.program import Program, Rules
from parts.supervisor.supervisor import NotStarted, Supervisor, keep_running

pytestmark = pytest.mark.service
RULES = Rules(every=0.1, patience=0.3, grace=0.0)
SERVER = """
import sys, http.server, time
held = []
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/hang":
            time.sleep(100)
        if self.path == "/grow":
            held.append(b"x" * 60_000_000)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
PATIENCE = 30.0


def write_program(code=SERVER, megabytes=float("inf"), name="toy"):
    port = free_port()
    return Program(name, (sys.executable, "-S", "-c", code, str(port)), port, megabytes=megabytes)


def wait_for_events(supervisor, count=1):
    until = time.monotonic() + PATIENCE
    while len(supervisor.events) < count and time.monotonic() < until:
        time.sleep(0.02)
    return [event.why for event in supervisor.events]


def ask(program, path):
    """Ask and do not wait for the answer."""
    with socket.create_connection(("127.0.0.1", program.port)) as caller:
        caller.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        time.sleep(0.1)


def test_what_ends_is_started_again_as_another_process():
    program = write_program()
    with keep_running([program], RULES) as supervisor:
        first = supervisor.processes["toy"].pid
        os.kill(first, signal.SIGSEGV)
        assert wait_for_events(supervisor) == ["ended with status -11"]
        supervisor.wait_until_ready(PATIENCE)
        assert supervisor.processes["toy"].pid != first


def test_what_serves_nothing_counts_as_answering_while_it_runs_and_is_started_again_after_a_kill():
    program = Program("worker", (sys.executable, "-S", "-c", "import time; time.sleep(100)"))
    with keep_running([program], RULES) as supervisor:
        first = supervisor.processes["worker"].pid
        supervisor.kill("worker")
        assert wait_for_events(supervisor) == ["ended with status -9"]
        supervisor.wait_until_ready(PATIENCE)
        assert supervisor.processes["worker"].pid != first


def test_what_hangs_is_killed_after_so_many_probes_and_started_again():
    program = write_program()
    with keep_running([program], RULES) as supervisor:
        first = supervisor.processes["toy"].pid
        ask(program, "/hang")
        assert wait_for_events(supervisor) == ["did not answer 2 times"]
        supervisor.wait_until_ready(PATIENCE)
        assert supervisor.processes["toy"].pid != first


def test_what_grows_beyond_its_limit_is_killed_and_what_has_none_is_not():
    programs = [write_program(megabytes=55, name="limited"), write_program(name="free")]
    with keep_running(programs, RULES) as supervisor:
        for program in programs:
            ask(program, "/grow")
        wait_for_events(supervisor)
        assert [(event.name, event.why.endswith("of 55")) for event in supervisor.events] == [("limited", True)]


def test_a_limit_may_be_set_while_a_program_runs():
    with keep_running([write_program()], RULES) as supervisor:
        supervisor.limit("toy", 1)
        assert wait_for_events(supervisor)[0].endswith("of 1")


def test_a_program_that_never_answers_is_named_with_what_was_seen_of_it():
    supervisor = Supervisor([write_program("raise SystemExit(3)")], RULES)
    supervisor.start()
    with pytest.raises(NotStarted, match=r"^toy does not answer: ended with status 3$"):
        supervisor.wait_until_ready(1.0)
    supervisor.stop()
    ended = [event.at for event in supervisor.events]
    assert all(later - sooner > RULES.pause for sooner, later in pairwise(ended))


def test_all_is_ended_with_the_block_also_after_an_error():
    with pytest.raises(ValueError, match="in the block"), keep_running([write_program()], RULES) as supervisor:
        raise ValueError("in the block")
    assert not psutil.pid_exists(supervisor.processes["toy"].pid)
