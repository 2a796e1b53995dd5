"""Let a kept model answer: a new one, or the one before. The service reads it when it is started again.

python -m parts.kept_models.release VERSION
"""

import sys
from pathlib import Path

from problem.monday import read_model

MODELS = Path("models")


def release(version: str) -> int:
    """See above; raises ``NoModel`` for one that is not kept."""
    name = version.replace("/", "-")
    model, part = read_model(MODELS / "kept", name), MODELS / "late.part"
    part.write_text((MODELS / "kept" / f"{name}.json").read_text())
    part.replace(MODELS / "late.json")
    print(f"{model.version} answers after the next start")
    return 0


if __name__ == "__main__":
    sys.exit(release(*sys.argv[1:]))
