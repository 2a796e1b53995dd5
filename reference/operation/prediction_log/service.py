"""The service with its record of answers."""

import sys

from parts.model_service.shell import serve
from parts.recorded_service.recorded_service import describe_service
from reference.operation.prediction_log.forms import FORMS

if __name__ == "__main__":
    sys.exit(serve(describe_service(FORMS)))
