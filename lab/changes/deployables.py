"""What ships as one program, for every system of the replay: its stages, and the modules it starts from. Declared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deployable:
    """``stages`` as ``lab.changes.traced_run`` names them; ``entries``: modules that the program starts from."""

    stages: tuple[str, ...]
    entries: tuple[str, ...]


MODULAR, SHARED = "reference.systems.modular_monolith", "reference.systems.shared_split"
DEPLOYABLES: dict[str, dict[str, Deployable]] = {
    "monolith": {"program": Deployable(("training", "serving"), ("antipatterns.systems.monolith.system",))},
    "modular_monolith": {
        "program": Deployable(("training", "serving"), (f"{MODULAR}.training", f"{MODULAR}.inference"))
    },
    "split": {
        "offline half": Deployable(("training",), ("antipatterns.systems.split.offline",)),
        "online half": Deployable(("features", "serving"), ("antipatterns.systems.split.online",)),
    },
    "shared_split": {
        "offline half": Deployable(("training",), (f"{SHARED}.offline",)),
        "online half": Deployable(("features", "serving"), (f"{SHARED}.online",)),
    },
    "fti": {
        "feature pipeline": Deployable(("features",), ("reference.systems.fti.features",)),
        "training pipeline": Deployable(("training",), ("reference.systems.fti.training",)),
        "inference pipeline": Deployable(("serving",), ("reference.systems.fti.inference",)),
    },
}
PACKAGES = {
    "monolith": "antipatterns/systems/monolith",
    "modular_monolith": "reference/systems/modular_monolith",
    "split": "antipatterns/systems/split",
    "shared_split": "reference/systems/shared_split",
    "fti": "reference/systems/fti",
}
