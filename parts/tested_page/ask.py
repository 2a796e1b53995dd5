"""Ask a service at ``HOST`` and ``PORT``, as the environment has them, and print what it says.

    python -m parts.tested_page.ask PATH [FILE]    with a file, its content is sent

Ends with status 1 for a refusal, and if nobody listens; at ``/ready`` only after ``PATIENCE`` seconds.
"""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 15.0


def ask(path: str, file: str = "") -> int:
    """See above."""
    body = Path(file).read_bytes() if file else None
    url = f"http://{os.environ['HOST']}:{os.environ['PORT']}{path}"
    question = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    until = time.monotonic() + PATIENCE * (path == "/ready")
    while True:
        try:
            with urllib.request.urlopen(question, timeout=PATIENCE) as answer:
                print(answer.read().decode())
            return 0
        except urllib.error.HTTPError as error:
            print(f"{error.code}: {error.read().decode()}")
            return 1
        except OSError as error:
            if time.monotonic() > until:
                print(f"nobody answers at {url}: {error}")
                return 1
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(ask(*sys.argv[1:]))
