"""The scorecard as a table in the terminal."""

from rich.console import Console
from rich.table import Table

from runner.rows import HEADLINES, QUESTIONS, VERDICTS, Row, hit, predictions, winners
from runner.steps import SYSTEMS

GATED = ("gate", "oracle")


def print_scorecard(rows: list[Row], console: Console, passed: bool) -> None:
    """Print the gate first; the measures only if it is passed."""
    systems = [name for name in SYSTEMS if any(row.system == name for row in rows)]
    table = Table(title="Scorecard", title_justify="left", show_edge=False)
    for heading in ("", "measure", "asked", *systems, "predicted", "won"):
        table.add_column(heading, justify="right" if heading in systems else "left")
    for line in lines(rows, systems, HEADLINES if passed else GATED):
        if line[0]:
            table.add_section()
        table.add_row(*line)
    console.print(table)
    console.print(_closing(rows, passed), highlight=False)


def lines(rows: list[Row], systems: list[str], keys: tuple[str, ...]) -> list[list[str]]:
    """Text cells, one line a question and mode: id, measure and question, mode, a cell a system, predicted, won."""
    table: list[list[str]] = []
    for key in keys:
        question = QUESTIONS[key]
        predicted = predictions()[question.id] if key in VERDICTS else ""
        for mode, won in winners(rows, key).items():
            first = (
                [question.id, f"{question.measure}: {question.question}"]
                if not table or table[-1][-1] != key
                else ["", ""]
            )
            cells = [cell(_worst(rows, key, system, mode)) for system in systems]
            table.append([*first, mode.replace("_", " "), *cells, predicted, won, key])
    return [line[:-1] for line in table]


def _worst(rows: list[Row], key: str, system: str, mode: str) -> Row | None:
    """A system's figure for a question; where there are several, the largest."""
    found = [row for row in rows if (row.key, row.system, row.mode) == (key, system, mode)]
    return max(found, key=lambda row: row.value) if found else None


def cell(row: Row | None) -> str:
    """A value with its interval, as text; a dash where a system does not answer such questions."""
    if row is None:
        return "–"
    text = figure(row.key, row.value)
    if row.low is not None and row.high is not None:
        text += f" [{figure(row.key, row.low)}, {figure(row.key, row.high)}]"
    return text


def figure(key: str, value: float) -> str:
    """A value in the precision that its unit deserves."""
    unit = QUESTIONS[key].unit
    if unit == "share of rows":
        return f"{value:.1%}"
    if unit in ("rows", "minutes"):
        return f"{value:,.0f}"
    return f"{value:.1f}" if unit == "CPU seconds" else f"{value:.3f}"


def _closing(rows: list[Row], passed: bool) -> str:
    if not passed:
        failed = [
            f"{row.system} {row.mode}: {row.value:g} ({row.note})" for row in rows if row.key in GATED and row.value
        ]
        return "The gate G0 fails, so nothing else is compared:\n" + "\n".join(failed)
    words = {True: "hit", False: "miss", None: "not contested"}
    hits = [f"{QUESTIONS[key].id} {words[hit(rows, key)]}" for key in VERDICTS]
    return f"Predictions: {', '.join(hits)}. The others in PREDICTIONS.md are not measured yet."
