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
        "antipatterns/monolith", NIGHTLY, {"antipatterns/monolith/system.py": ("latest_weather",)}, "late.joblib"
    ),
    "split": Anatomy(
        "antipatterns/split",
        SERVICE,
        {"antipatterns/split/offline.py": ("add_weather",), "antipatterns/split/online.py": ("_weather",)},
        "late.joblib",
    ),
    "fti": Anatomy(
        "reference/fti",
        ("features", "training", "batch", "real_time"),
        {"reference/fti/features.py": ("weather",)},
        "registry/models/late_*/**/model.skops",
        "features",
        "features/online.db",
    ),
    "modular_monolith": Anatomy(
        "reference/modular_monolith",
        NIGHTLY,
        {"reference/modular_monolith/features.py": ("latest_weather",)},
        "late.joblib",
    ),
    "shared_split": Anatomy(
        "reference/shared_split",
        SERVICE,
        {"reference/shared_split/feature_library.py": ("weather_features",)},
        "late.joblib",
    ),
}
