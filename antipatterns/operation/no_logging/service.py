"""The service with its log."""

import sys

from antipatterns.operation.no_logging.forms import FORMS
from parts.model_service.shell import serve
from parts.recorded_service.recorded_service import describe_service

if __name__ == "__main__":
    sys.exit(serve(describe_service(FORMS)))
