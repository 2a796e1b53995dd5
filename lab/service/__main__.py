"""Starts a system as a service: ``python -m lab.service``; ``make serve`` is FTI's on port 8000."""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd
import uvicorn

from lab.engine.command import run_guarded
from lab.service.service_installation import SYSTEMS, find_installation, open_service
from parts.service_shell.app import create_app
from parts.service_shell.flight import make_example
from problem.questions import CUT_OFF


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; exit status 0, 2 for what the reader can mend, 130 if it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.service", description=__doc__)
    parser.add_argument("--system", choices=SYSTEMS, default="fti")
    parser.add_argument("--home", type=Path, help="an installation (.study/service/SYSTEM)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--store-silent", choices=("degrade", "refuse"), default="degrade",
                        help="without stored features: answer from nulls, marked, or refuse with 503")  # fmt: skip
    parser.add_argument("--until", type=pd.Timestamp, default=CUT_OFF, help="split: read the stream up to this instant")
    options = parser.parse_args(arguments)
    return run_guarded("service", lambda: serve(options))


def serve(options: argparse.Namespace) -> int:
    """Put the system on the network and say how to ask it."""
    home, body = options.home or find_installation(options.system), make_example(options.until)
    service = open_service(options.system, home, options.store_silent == "degrade", options.until)
    print(f"{options.system} answers soon; ask it:\n\n{curl(options.host, options.port, body)}\n", flush=True)
    uvicorn.run(create_app(service, body), host=options.host, port=options.port, log_level="warning", access_log=False)
    return 0


def curl(host: str, port: int, body: dict[str, object]) -> str:
    """The command that asks the service about one flight."""
    return f"curl -s http://{host}:{port}/predict -H 'content-type: application/json' -d '{json.dumps(body)}'"


if __name__ == "__main__":
    sys.exit(main())
