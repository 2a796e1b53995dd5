"""The store: a file that is handed out over HTTP to whoever asks for it, on 127.0.0.1.

``python -m parts.flag_store.flag_store``, told by the environment: ``PORT``, and ``FLAGS``, the file. Who changes it is
somebody with a right to write there, by ``publish``; nothing is changed over HTTP.
"""

import os
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from parts.answer_rules.rule_text import write_rules
from problem.behaviour import Rule

HOST, DOOR, HEALTH = "127.0.0.1", "/flags", "/health"
SETTINGS = ("PORT", "FLAGS")


def publish(file: Path, version: int, rules: Sequence[Rule]) -> None:
    """Let these rules hold from now on. Raises ``BadRules``, and the old ones stay."""
    text = write_rules(version, rules)
    part = file.with_suffix(".part")
    part.write_bytes(text)
    part.replace(file)


class Answering(BaseHTTPRequestHandler):
    """Hands out ``file`` as it is at that moment."""

    file: Path

    def do_GET(self) -> None:
        """The flags, or that it is alive."""
        if self.path == HEALTH:
            self.answer(200, b"{}")
        elif self.path == DOOR and self.file.exists():
            self.answer(200, self.file.read_bytes())
        else:
            self.answer(404, b"{}")

    def answer(self, status: int, body: bytes) -> None:
        """One body."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """A thread a caller."""

    daemon_threads = True


def main() -> int:
    """Serve until stopped."""
    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        print(f"flag store: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    Answering.file = Path(os.environ["FLAGS"])
    Server((HOST, int(os.environ["PORT"])), Answering).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
