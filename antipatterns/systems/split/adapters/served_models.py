"""What the split's service is given of its models: graphs, exported when the service is installed."""

from pathlib import Path

from antipatterns.systems.split import online
from parts.model_export.compared_graph import export_alike
from problem.contract import TARGETS


def export_models(home: Path) -> None:
    """Make an installation's models ready for a service; raises as ``export_alike`` does."""
    for target, kept in online.load_models(home).items():
        folder = home / "served" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kept['version']}.onnx").write_bytes(export_alike(kept["model"]))


def load_graphs(home: Path) -> dict[str, tuple[bytes, str]]:
    """By target, the graph and the version of its model; raises ``ValueError`` if there is not one of each."""
    files = {}
    for target in TARGETS:
        (files[target],) = (home / "served" / target).glob("*.onnx")
    return {target: (file.read_bytes(), file.stem) for target, file in files.items()}
