"""The rungs of this way to run the service, of which there is one, and the folder in which it has its files.

The service was to be ready for growth from the first day, and the team wanted to do it properly. ``operation.toml``
says what no file holds: the steps to the first answer and back to the release before, the secrets that somebody has to
own, and what it gives. The image is ``parts/deployed_service/Dockerfile``.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
RUNGS = {"cluster": FOLDER}
