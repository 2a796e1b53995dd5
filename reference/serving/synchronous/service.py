"""The service: as many callers may wait as are answered while an answer is still of use to them.

A wait is a promise. ``WAITING`` is what the model answers within three fifths of the callers' patience, a quarter of a
second at 200 answers a second; the rest is for the web side, and for a slow moment. One more would wait in vain, so it
is refused at once and may ask elsewhere, or later. The model works beside the event loop, which goes on saying that the
service is alive.
"""

import sys
from dataclasses import replace

from parts.late_service.late_service import LATE
from parts.model_service.shell import serve

WAITING = 30
SERVICE = replace(LATE, at_once=WAITING)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
