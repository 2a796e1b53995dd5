"""Debian's ``docker-registry`` as a process on 127.0.0.1, and what it has kept and sent by its own files and log."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds after which a registry that does not listen is given up."""
PROGRAMS = ("docker-registry", "skopeo")
CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: false}}}}
storage: {{filesystem: {{rootdirectory: "{root}"}}, delete: {{enabled: true}}}}
http: {{addr: "{address}"}}
"""
SENT = re.compile(r'"GET /v2/\S+/blobs/sha256:\S+ HTTP/[\d.]+" 20[06] (\d+)')


class NoRegistry(RuntimeError):
    """A program is missing, or the registry does not start: one line that says what to do."""


class Registry(NamedTuple):
    """A registry that keeps its blobs under ``home``. ``address``: host and port."""

    home: Path
    address: str

    def count_stored(self) -> int:
        """Bytes of all blobs that it keeps, each once: layers, and the small files that name them."""
        return sum(file.stat().st_size for file in self.list_blobs())

    def count_sent(self) -> int:
        """Bytes of blobs that it has sent, by its access log."""
        return sum(int(length) for length in SENT.findall((self.home / "log").read_text(errors="replace")))

    def list_blobs(self) -> list[Path]:
        """The files of all blobs, the largest first."""
        files = [*(self.home / "data").glob("docker/registry/v2/blobs/sha256/*/*/data")]
        return sorted(files, key=lambda file: file.stat().st_size, reverse=True)


@contextmanager
def start_registry(home: Path) -> Iterator[Registry]:
    """A registry over what ``home`` keeps, on a free port; it ends with the block. Raises ``NoRegistry``."""
    demand_programs()
    home.mkdir(parents=True, exist_ok=True)
    registry = Registry(home, f"{HOST}:{find_free_port()}")
    (home / "config.yml").write_text(CONFIG.format(root=home / "data", address=registry.address))
    with (home / "log").open("ab") as log:
        process = subprocess.Popen([PROGRAMS[0], "serve", str(home / "config.yml")], stdout=log, stderr=log)
    try:
        _wait_until_open(registry, process)
        yield registry
    finally:
        process.terminate()
        process.wait()


def demand_programs() -> None:
    """Raises ``NoRegistry`` for the first program that this machine has not."""
    for program in PROGRAMS:
        if not shutil.which(program):
            raise NoRegistry(f"{program} is missing: apt-get install {' '.join(PROGRAMS)}")


def _wait_until_open(registry: Registry, process: subprocess.Popen[bytes]) -> None:
    host, _, port = registry.address.partition(":")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.02)
    raise NoRegistry(f"the registry does not start: see {registry.home / 'log'}")


def find_free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
