"""Tests that need a program of the machine: skipped with a reason where it is missing, never where they must run."""

import os
import shutil

import pytest


def needs(program: str, remedy: str) -> None:
    """Skip the test, or fail it if ``CI`` or ``MLSP_MUST_RUN`` is set, unless ``program`` can be found."""
    if shutil.which(program) is not None:
        return
    reason = f"{program} is not installed ({remedy})"
    if os.environ.get("CI") or os.environ.get("MLSP_MUST_RUN"):
        pytest.fail(reason)
    pytest.skip(reason)


def needs_redis() -> None:
    needs("redis-server", "apt-get install redis-server")


def needs_java() -> None:
    needs("java", "Spark needs Java 17 or later: apt-get install openjdk-17-jre-headless")
