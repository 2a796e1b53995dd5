"""The service: whoever asks is answered in turn, in the one thread that there is."""

import sys

from parts.late_service.late_service import LATE
from parts.model_service.shell import serve

if __name__ == "__main__":
    sys.exit(serve(LATE))
