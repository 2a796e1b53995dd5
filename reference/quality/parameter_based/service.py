"""The service as a process: ``python -m reference.quality.parameter_based.service``."""

import sys

from parts.treated_service.treated_service import serve
from reference.quality.parameter_based.behaviour import Behaviour

if __name__ == "__main__":
    sys.exit(serve(Behaviour()))
