"""What ships as one program, for every system of the replay: its stages, and the modules it starts from. Declared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deployable:
    """``stages`` as ``changes.life`` names them; ``entries``: modules that the program starts from."""

    stages: tuple[str, ...]
    entries: tuple[str, ...]


MODULAR, SHARED = "reference.modular_monolith", "reference.shared_split"
DEPLOYABLES: dict[str, dict[str, Deployable]] = {
    "monolith": {"program": Deployable(("training", "serving"), ("antipatterns.monolith.system",))},
    "modular_monolith": {
        "program": Deployable(("training", "serving"), (f"{MODULAR}.training", f"{MODULAR}.inference"))
    },
    "split": {
        "offline half": Deployable(("training",), ("antipatterns.split.offline",)),
        "online half": Deployable(("features", "serving"), ("antipatterns.split.online",)),
    },
    "shared_split": {
        "offline half": Deployable(("training",), (f"{SHARED}.offline",)),
        "online half": Deployable(("features", "serving"), (f"{SHARED}.online",)),
    },
    "fti": {
        "feature pipeline": Deployable(("features",), ("reference.fti.features",)),
        "training pipeline": Deployable(("training",), ("reference.fti.training",)),
        "inference pipeline": Deployable(("serving",), ("reference.fti.inference",)),
    },
}
PACKAGES = {
    "monolith": "antipatterns/monolith",
    "modular_monolith": "reference/modular_monolith",
    "split": "antipatterns/split",
    "shared_split": "reference/shared_split",
    "fti": "reference/fti",
}
