"""The web side: a question is accepted once it is in the queue; no model is opened here."""

import sys

from parts.accepting_service.shell import serve
from reference.serving.asynchronous.service import SERVICE, find_queue

if __name__ == "__main__":
    sys.exit(serve(SERVICE, find_queue()))
