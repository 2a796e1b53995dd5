"""The services of a team that copies: the first one was written by hand, each further one is its folder, edited.

It began as it does. The first service was good, the second model was nearly the same, and a copy was there before
lunch. Every service has its own code, so its owners may do with it what their model needs and ask nobody.
``first_service.patch`` holds the first one; ``edits`` hold, by model, what was changed in the copy.
"""

from pathlib import Path

from parts.patched_folder.patched_folder import apply_patch, list_added

FOLDER = Path(__file__).parent
FIRST = "late"
MODELS = (
    FIRST,
    "delay",
    "cancelled",
    "delay_band",
    "late_many",
    "seats",
    "next_leg",
    "challenger",
    "remarks",
    "slow",
)


def write_service(name: str, site: Path) -> Path:
    """See ``problem.monday``."""
    patches = dict.fromkeys((read_edits(FIRST), read_edits(name)))
    folder = site / name
    folder.mkdir(parents=True)
    for patch in patches:
        if not apply_patch(patch, folder):
            raise ValueError(f"the edits of {name} do not fit the first service")
    return folder


def count_written(name: str) -> int:
    """See ``problem.monday``."""
    return len(list_added(read_edits(name)))


def count_shared() -> int:
    """See ``problem.monday``."""
    return sum(bool(line.strip()) for file in list_shared() for line in file.read_text().splitlines())


def list_shared() -> list[Path]:
    """None: a copy has its own of everything."""
    return []


def read_edits(name: str) -> str:
    """What was written for a model; raises ``KeyError`` for one that there is none of."""
    if name not in MODELS:
        raise KeyError(f"nobody has written a service for {name}; there are: {', '.join(MODELS)}")
    file = "first_service.patch" if name == FIRST else f"edits/{name}.patch"
    return (FOLDER / file).read_text()
