"""The rungs of this way to run the service, from the least up, and the folder in which each has its files.

``operation.toml`` says of each what no file holds: the steps to the first answer and back to the release before, the
secrets that somebody has to own, and what it gives. The image of all but the first is built from
``parts/deployed_service/Dockerfile``.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
RUNGS = {name: FOLDER / name for name in ("process", "compose", "ecs", "cloud_run")}
