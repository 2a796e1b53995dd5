"""What the systems consist of when they run: jobs, schedules, and what ships together. Declared, not measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """``deployables``: which stages (as ``lab.study.steps.stage_prices`` names them) are one program.

    ``data_edges``: (reader, writer) pairs of functions that meet in a file or a database; a test takes away what they
    meet in and sees the reader fail.
    """

    jobs: tuple[str, ...]
    schedules: tuple[str, ...]
    deployables: dict[str, tuple[str, ...]]
    data_edges: tuple[tuple[str, str], ...]


EVERY = "any"
"""The mode of figures that do not depend on the kind of question."""
MONOLITH, SPLIT, FTI = "antipatterns.systems.monolith.system", "antipatterns.systems.split", "reference.systems.fti"


PANELS = {
    "monolith": Panel(
        ("training run", "nightly run"),
        ("twice a year", "nightly at 22:00"),
        {"program": ("train", "serve")},
        ((f"{MONOLITH}.System.predict", f"{MONOLITH}.run"),),
    ),
    "split": Panel(
        ("training program", "service"),
        ("twice a year",),
        {"offline half": ("train",), "online half": ("serve",)},
        ((f"{SPLIT}.online.load_models", f"{SPLIT}.offline.train"),),
    ),
    "fti": Panel(
        ("feature pipeline", "training pipeline", "batch inference", "online inference"),
        ("every 15 min", "hourly", "daily", "nightly at 22:00", "twice a year"),
        {"feature pipeline": ("features",), "training pipeline": ("train",), "inference pipeline": ("serve",)},
        (
            (f"{FTI}.training.training_features", f"{FTI}.features.refresh"),
            (f"{FTI}.inference.batch_vectors", f"{FTI}.features.refresh"),
            (f"{FTI}.inference.online_vector", f"{FTI}.features.refresh"),
            (f"{FTI}.inference._predict", f"{FTI}.training.train"),
        ),
    ),
}
