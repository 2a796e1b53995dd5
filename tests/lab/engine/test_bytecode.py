"""Starts of processes are timed only where libraries stay compiled."""

import os
import subprocess
import sys

import pytest

DEMAND = "from lab.engine.bytecode import demand_bytecode; demand_bytecode()"


@pytest.mark.parametrize(("told", "is_refused"), [({}, False), ({"PYTHONDONTWRITEBYTECODE": "1"}, True)])
def test_times_are_refused_where_compiled_code_is_not_kept(told, is_refused):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", DEMAND], env=environment | told, capture_output=True, text=True)
    assert bool(done.returncode) is is_refused
    assert ("PYTHONDONTWRITEBYTECODE is set" in done.stderr) is is_refused
