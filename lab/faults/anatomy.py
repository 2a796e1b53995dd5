"""Where the parts of a system lie that a fault can hit. What only some of them have is empty in the others."""

from dataclasses import dataclass

WRITERS = ("features", "training")
"""Jobs that leave something behind for others."""


@dataclass(frozen=True)
class Anatomy:
    """``jobs``: what runs by itself; ``code``: by file, the functions that make the weather features; ``models``: files
    of fitted models, as a pattern below the system's home; ``store``: the folder of stored features, and ``online``
    the database of their latest values.
    """

    package: str
    jobs: tuple[str, ...]
    code: dict[str, tuple[str, ...]]
    models: str
    store: str = ""
    online: str = ""


NIGHTLY, SERVICE = ("training", "batch"), ("training", "real_time")
ANATOMY = {
    "monolith": Anatomy(
        "antipatterns/systems/monolith",
        NIGHTLY,
        {"antipatterns/systems/monolith/system.py": ("latest_weather",)},
        "late.joblib",
    ),
    "split": Anatomy(
        "antipatterns/systems/split",
        SERVICE,
        {
            "antipatterns/systems/split/offline.py": ("add_weather",),
            "antipatterns/systems/split/online.py": ("_weather",),
        },
        "late.joblib",
    ),
    "fti": Anatomy(
        "reference/systems/fti",
        ("features", "training", "batch", "real_time"),
        {"reference/systems/fti/features.py": ("weather",)},
        "registry/models/late_*/**/model.skops",
        "features",
        "features/online.db",
    ),
    "modular_monolith": Anatomy(
        "reference/systems/modular_monolith",
        NIGHTLY,
        {"reference/systems/modular_monolith/features.py": ("latest_weather",)},
        "late.joblib",
    ),
    "shared_split": Anatomy(
        "reference/systems/shared_split",
        SERVICE,
        {"reference/systems/shared_split/feature_library.py": ("weather_features",)},
        "late.joblib",
    ),
}
