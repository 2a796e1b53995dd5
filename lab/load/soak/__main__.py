"""Half an hour of load, new features every minute, ten new champions, three kills (``python -m lab.load.soak``)."""

import argparse
import json
import sys
from dataclasses import asdict

from lab.engine.command import run_guarded
from lab.engine.recorded import wait_until_idle
from lab.engine.workspace import open_workspace, study_folder
from lab.load.soak.soak_run import FULL, RECORD, SHORT, compute_digests, soak


def main(arguments: list[str] | None = None) -> int:
    """Run it; exit status 0 if the service kept its word, 1 if not, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.load.soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the same in little, as the tests run it")
    parser.add_argument("--record", action="store_true", help="keep the result with the code, for lesson 15")
    options = parser.parse_args(arguments)
    if options.short and options.record:
        parser.error("--record keeps the whole soak: leave --short out")
    return run_guarded("soak", lambda: run(options.short, options.record))


def run(short: bool, record: bool) -> int:
    """Soak, print the verdict, and keep it with the results."""
    load = wait_until_idle() if record else None
    with open_workspace(study_folder()) as home:
        report = soak(home / "soak", SHORT if short else FULL, lambda text: print(text, flush=True))
        (home / "results").mkdir(exist_ok=True)
        (home / "results" / "soak.json").write_text(json.dumps(report.as_json(), indent=1) + "\n")
    if record:
        RECORD.write({"soak": report.as_json()}, compute_digests(), timed=True, load=load)
    print("\n".join(f"{name:18} {value}" for name, value in asdict(report.verdict).items()))
    print("the service kept its word" if report.verdict.kept else "the service did not keep its word")
    return 0 if report.verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
