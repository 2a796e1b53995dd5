"""The service: one door, at which everybody waits until the answer is there.

It was written for a page on which a traveller waits, and did well there. Then came the partners' feed, which tells of
each change of the schedule, and the planners' list of tomorrow's flights. Both could use what was there, so they were
given the address: a second way in would have been a second thing to run. When the first storm came, the feed was told
503 and somebody had to replay it by hand. Since then nobody is refused: an answer that comes late is better than none.
"""

import sys
from dataclasses import replace

from parts.late_service.late_service import LATE
from parts.model_service.shell import serve

EVERYBODY = 1_000_000
SERVICE = replace(LATE, at_once=EVERYBODY)

if __name__ == "__main__":
    sys.exit(serve(SERVICE))
