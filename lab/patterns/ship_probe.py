"""A service in a process of its own, watched: run as a program by ``lab.patterns.ship_runs``, from a cold start.

``python -m lab.patterns.ship_probe JOB``: a JSON file with ``package`` (the side), ``home``, ``bodies`` (questions),
``began`` (the clock when the process was started), ``imports`` (modules that the training package imports besides) and
``watch``. It writes what it saw to ``out``. It imports as little as it can: that counts as the service's.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EFFECTS = {
    "subprocess.Popen": "programs",
    "os.posix_spawn": "programs",
    "os.fork": "programs",
    "os.system": "programs",
    "_thread.start_new_thread": "threads",
    "socket.connect": "connections",
    "socket.bind": "connections",
    "os.mkdir": "files",
    "os.rename": "files",
    "os.remove": "files",
}
"""By event that Python's audit reports, what it counts as."""


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Start the service and ask it once; if it is to be watched, ask it everything."""
    effects = {name: 0 for name in EFFECTS.values()}
    importing = [True]
    if job["watch"]:
        sys.addaudithook(lambda event, arguments: _count(event, arguments, effects) if importing else None)
    before = set(sys.modules)
    for name in job["imports"]:
        import_module(name)
    app = import_module(f"{job['package']}.app").create_app(Path(job["home"]))
    importing.clear()
    first = ask(app, job["bodies"][0])
    seen: dict[str, Any] = {"seconds": time.monotonic() - job["began"], "first": first}
    if job["watch"]:
        files = list_files(set(sys.modules) - before)
        called = trace(lambda: [ask(app, body) for body in job["bodies"]])
        seen |= {"effects": effects, "files": files, "called": sorted(called & set(files.values()))}
        seen["routes"] = sorted(f"{', '.join(route.methods)} {route.path}" for route in app.routes if _is_own(route))
    return seen


def ask(app: Any, body: dict[str, Any]) -> float:
    """What the service answers; it is called as a server would call it, without a network. Raises ``RuntimeError``."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/predict", "raw_path": b"/predict", "query_string": b""}
    head = {"headers": [(b"content-type", b"application/json")], "http_version": "1.1", "scheme": "http"}
    place = {"server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "", "asgi": {"version": "3.0"}}
    asyncio.run(app({**scope, **head, **place}, receive, send))
    text = b"".join(message.get("body", b"") for message in sent)
    if sent[0]["status"] != 200:
        raise RuntimeError(f"{sent[0]['status']}: {text.decode()}")
    return float(json.loads(text)["late"])


def trace(work: Callable[[], Any]) -> set[str]:
    """The files of Python code in which a function ran meanwhile."""
    files: set[str] = set()

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return files


def list_files(modules: set[str]) -> dict[str, str]:
    """By module with a file, the file: of libraries and of the repository, Python's own aside."""
    named = {name: getattr(sys.modules[name], "__file__", None) or "" for name in modules if name in sys.modules}
    own = str(Path(os.__file__).parent)
    return {
        name: file
        for name, file in sorted(named.items())
        if Path(file).is_file() and (not file.startswith(own) or "site-packages" in file)
    }


def _count(event: str, arguments: Any, effects: dict[str, int]) -> None:
    if event in EFFECTS:
        effects[EFFECTS[event]] += 1
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        effects["files"] += not str(arguments[0]).endswith(".pyc") and "__pycache__" not in str(arguments[0])


def _is_own(route: Any) -> bool:
    """Those that FastAPI adds to describe the others are left out."""
    return not route.path.startswith(("/docs", "/redoc", "/openapi"))


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text())
    Path(read["out"]).write_text(json.dumps(run(read)))
    os._exit(0)  # whoever waits has what it wanted: tidying up libraries takes up to a second
