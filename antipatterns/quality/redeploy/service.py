"""The service as a process: ``python -m antipatterns.quality.redeploy.service``."""

import sys

from antipatterns.quality.redeploy.behaviour import Behaviour
from parts.treated_service.treated_service import serve

if __name__ == "__main__":
    sys.exit(serve(Behaviour()))
