"""The service."""

import sys

from parts.late_service.late_service import LATE
from parts.model_service.shell import serve

if __name__ == "__main__":
    sys.exit(serve(LATE))
