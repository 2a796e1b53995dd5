"""The figure of ruler 9: faults down, jobs of every system across; the later anybody notices, the darker the cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from measure.data.survival import LOUD, OK, OUTCOMES, SILENT, STALE, WRONG
from measure.figures import figure_style

WORDS = {OK: "ok", STALE: "old", LOUD: "stops", WRONG: "WRONG", SILENT: "SILENT"}
MEANINGS = {
    OK: "as without it",
    STALE: "values from before, as stated",
    WRONG: "others, without a word",
    LOUD: "with an error",
    SILENT: "nothing done, without a word",
}
DARK = {OK: 0.0, STALE: 0.08, LOUD: 0.3, WRONG: 0.85, SILENT: 1.0}
"""How dark a cell is, 0 white to 1 black: what nobody notices is darkest."""
GAP = 0.35
"""Space between two systems, in cells."""


@dataclass(frozen=True)
class Struck:
    """One cell: what became of the ``job`` of a ``system``; ``outcome`` None where the job cannot have the fault.

    ``after``: what became of the next answers, empty where the job leaves nothing behind.
    """

    fault: str
    system: str
    job: str
    outcome: str | None
    after: str = ""


def draw(cells: Sequence[Struck], path: Path, title: str = "Who survives") -> None:
    """Draw a cell for each fault and job, in the order of ``cells``; writes a PNG to ``path``."""
    faults = list(dict.fromkeys(cell.fault for cell in cells))
    columns = place_jobs(cells)
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for cell in cells:
            _cell(axes, columns[cell.system, cell.job], faults.index(cell.fault), cell)
        right = max(columns.values()) + 0.5
        axes.set(xlim=(-0.5, right), ylim=(len(faults) - 0.5, -0.5))
        axes.set_xticks(list(columns.values()), [job.replace("_", "\n") for _, job in columns], fontsize=13)
        axes.set_yticks(range(len(faults)), faults)
        _name_systems(axes, columns)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        figure.supxlabel(_key(), fontsize=15)


def place_jobs(cells: Sequence[Struck]) -> dict[tuple[str, str], float]:
    """Where each system's job stands on the horizontal axis, with a gap between systems."""
    pairs = list(dict.fromkeys((cell.system, cell.job) for cell in cells))
    systems = list(dict.fromkeys(system for system, _ in pairs))
    return {pair: number + GAP * systems.index(pair[0]) for number, pair in enumerate(pairs)}


def _name_systems(axes: Axes, columns: dict[tuple[str, str], float]) -> None:
    for system in dict.fromkeys(system for system, _ in columns):
        own = [x for (name, _), x in columns.items() if name == system]
        label = figure_style.look(system).label.replace(" ", "\n")
        middle = (min(own) + max(own)) / 2
        axes.annotate(label, (middle, -0.6), ha="center", va="bottom", annotation_clip=False, fontsize=17)


def _cell(axes: Axes, x: float, y: int, cell: Struck) -> None:
    if cell.outcome is None:
        axes.annotate("–", (x, y), ha="center", va="center", fontsize=15, color="#808080")
        return
    dark = DARK[cell.outcome]
    axes.add_patch(
        Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, fc=figure_style.tint(figure_style.EDGE, dark), ec=figure_style.EDGE)
    )
    later = f"\nthen {WORDS[cell.after]}" if cell.after not in ("", OK, cell.outcome) else ""
    words = WORDS[cell.outcome] + later
    colour = "white" if dark > 0.5 else figure_style.EDGE
    size = 10 if later else 14
    weight = "bold" if dark > 0.5 else "normal"
    axes.annotate(words, (x, y), ha="center", va="center", fontsize=size, color=colour, weight=weight)


def _key() -> str:
    meanings = "   ".join(f"{WORDS[outcome]}: {MEANINGS[outcome]}" for outcome in OUTCOMES)
    return f"{meanings}\nthen …: the next answers, once the fault is gone"
