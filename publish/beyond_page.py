"""The measured parts of docs/beyond_one_machine.md, and its figure."""

from pathlib import Path
from typing import Any

import pandas as pd

from lab.bench import elsewhere
from lab.bench.scaling import LABELS, Scaling, draw
from lab.engine.workspace import REPOSITORY
from publish.markdown_table import write_table
from publish.marked_parts import replace_part
from publish.notebooks.notebook_picture import show_picture

PAGE, PICTURE = REPOSITORY / "docs" / "beyond_one_machine.md", REPOSITORY / "docs" / "beyond_one_machine.png"


def renewed(page: str) -> str:
    """The page with its generated parts as the records have them; ``StudyError`` if a mark is missing."""
    scaling = Scaling.recorded()
    load = f"{scaling.load:.0f} processes wanted to run on {scaling.cpus} cores as the run began."
    page = replace_part(page, "scale", f"{sizes(scaling)}\n\n{load}\n\n**{scaling.sentence()}**")
    return replace_part(page, "elsewhere", price(elsewhere.RECORD.value("elsewhere")))


def sizes(scaling: Scaling) -> str:
    """A row a stage: time and memory by years of flights, how both grow, and where memory ends."""
    counts = [f"{size}× (n = {count})" for size, count in scaling.rounds.items()]
    grows = ["time ~ rows^", "CPU ~ rows^", "memory ~ rows^", "memory is full at"]
    rows = [_stage(scaling, stage) for stage in scaling.stages]
    return write_table(["stage; seconds (CPU seconds), peak", *counts, *grows], rows)


def _stage(scaling: Scaling, stage: str) -> list[str]:
    cells = [
        f"{size.seconds:,.1f} s ({size.cpu:,.1f}), {size.peak_mb / 1024:.1f} GiB"
        for size in scaling.medians(stage).itertuples()
    ]
    grows = [str(scaling.exponent(stage, column)) for column in ("seconds", "cpu", "above_mb")]
    return [LABELS[stage], *cells, *grows, str(scaling.full(stage))]


def price(measured: dict[str, Any]) -> str:
    """What features cost in each place, then what a historical read costs in each store."""
    made = pd.DataFrame(measured["features"]).groupby("place", sort=False)["seconds"].agg(["median", "min", "max"])
    base = made.loc["embedded", "median"]
    features = [
        [place, f"{row['median']:.1f} s [{row['min']:.1f}, {row['max']:.1f}]", f"{row['median'] / base:.1f}"]
        for place, row in made.iterrows()
    ]
    read = pd.DataFrame(measured["reads"]).pivot(index="questions", columns="store", values="seconds")
    reads = [
        [f"{count:,}", f"{row['embedded']:.2f} s", f"{row['spark']:.1f} s", f"{row['spark'] / row['embedded']:.0f}"]
        for count, row in read.iterrows()
    ]
    return "\n\n".join(
        [
            write_table(["features of nine months made by", "seconds", "times embedded"], features),
            f"Spark's session took {measured['session']:.0f} s to start, which is not in it.",
            write_table(["questions", "our as-of store", "Feast's Spark store", "times ours"], reads),
        ]
    )


def render_page() -> dict[Path, str | bytes]:
    """The page and its picture by their paths."""
    return {PAGE: renewed(PAGE.read_text()), PICTURE: show_picture(lambda path: draw(Scaling.recorded(), path)).data}
