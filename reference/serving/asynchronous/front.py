"""The web side: a question is accepted once it is in the queue; no model is opened here."""

import sys

from parts.accepting_service.shell import serve
from parts.late_service.late_service import LATE
from reference.serving.asynchronous.where import find_queue

if __name__ == "__main__":
    sys.exit(serve(LATE, find_queue()))
