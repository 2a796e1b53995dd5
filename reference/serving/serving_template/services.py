"""The services of a team that generates: the shell is ``parts.model_service``, ``edits`` hold what a model needs.

The second Monday took a day longer: the shell of the first service was taken out into a library, and a generator was
written for what is left.
"""

from pathlib import Path

from parts import model_service
from parts.patched_folder.patched_folder import apply_patch, list_added
from reference.serving.serving_template import generator

FOLDER = Path(__file__).parent
ABOUT = {
    "late": "Will this flight be late?",
    "delay": "How late will this flight be?",
    "cancelled": "Will this flight be cancelled?",
    "delay_band": "On time, late, or very late?",
    "late_many": "Which of these flights will be late?",
    "seats": "How many seats for rebooking?",
    "next_leg": "How late will the aircraft leave again?",
    "challenger": "Will this flight be late, and what does the next model say?",
    "remarks": "Will this flight be late, remarks read?",
    "slow": "Will this flight be late, asked of a large model?",
}
MODELS = (*ABOUT,)


def write_service(name: str, site: Path) -> Path:
    """See ``problem.monday``."""
    edits, folder = read_edits(name), site / name
    folder.mkdir(parents=True)
    (folder / "service.py").write_text(generator.generate_service(name, ABOUT[name]))
    if edits and not apply_patch(edits, folder):
        raise ValueError(f"the edits of {name} do not fit what is generated")
    return folder


def count_written(name: str) -> int:
    """See ``problem.monday``; the sentence that the generator asks for counts, too."""
    return 1 + len(list_added(read_edits(name)))


def count_shared() -> int:
    """See ``problem.monday``."""
    return sum(bool(line.strip()) for file in list_shared() for line in file.read_text().splitlines())


def list_shared() -> list[Path]:
    """The files of the library, and the generator."""
    return [*sorted(Path(model_service.__file__).parent.glob("*.py")), Path(generator.__file__)]


def read_edits(name: str) -> str:
    """What was written for a model, "" for what the generator's file says already.

    Raises ``KeyError`` for a model that there is no service of.
    """
    if name not in MODELS:
        raise KeyError(f"nobody has written a service for {name}; there are: {', '.join(MODELS)}")
    file = FOLDER / "edits" / f"{name}.patch"
    return file.read_text() if file.exists() else ""
