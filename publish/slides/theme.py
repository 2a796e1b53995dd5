"""The theme's colours, from the same place as those of every figure."""

from pathlib import Path

from measure.figures import figure_style

SHEET = "systems.css"


def write(folder: Path) -> Path:
    """Write the style sheet that knows the systems' colours into ``folder``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = [f".{name.replace('_', '-')} {{ --system: {look.colour}; }}" for name, look in figure_style.looks().items()]
    folder.joinpath(SHEET).write_text("\n".join(rules) + "\n")
    return folder
