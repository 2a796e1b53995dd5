"""The scorecard as a table in the terminal."""

from rich.console import Console
from rich.table import Table

from runner.rows import HEADLINES, QUESTIONS, VERDICTS, Row, predictions, winner

GATED = ("gate", "oracle")


def print_scorecard(rows: list[Row], console: Console, passed: bool) -> None:
    """Print the gate first; the measures only if it is passed."""
    systems = list(dict.fromkeys(row.system for row in rows if row.system != "ruler"))
    keys = HEADLINES if passed else GATED
    table = Table(title="Scorecard", title_justify="left", show_lines=True)
    for heading in ("", "measure", "question", *systems, "predicted", "won"):
        table.add_column(heading, justify="right" if heading in systems else "left")
    for line in lines(rows, systems, keys):
        table.add_row(*line)
    console.print(table)
    console.print(_closing(rows, passed), highlight=False)


def lines(rows: list[Row], systems: list[str], keys: tuple[str, ...]) -> list[list[str]]:
    """One line of text cells a question: id, measure, question, a cell a system, predicted, won."""
    expected = predictions()
    table = []
    for key in keys:
        question, found = QUESTIONS[key], [row for row in rows if row.key == key]
        cells = ["\n".join(cell(row) for row in _of(found, system)) or "does not apply" for system in systems]
        predicted = expected[question.id] if key in VERDICTS else ""
        won = winner([row for row in found if row.system != "ruler"], question.better)
        table.append([question.id, question.measure, question.question, *cells, predicted, won])
    return table


def _of(rows: list[Row], system: str) -> list[Row]:
    """A system's rows, one a mode; where a mode has several, the worst of them."""
    worst: dict[str, Row] = {}
    for row in (row for row in rows if row.system == system):
        if row.mode not in worst or row.value > worst[row.mode].value:
            worst[row.mode] = row
    return list(worst.values())


def cell(row: Row) -> str:
    """A value with its interval and mode, as text."""
    text = figure(row.key, row.value)
    if row.low is not None and row.high is not None:
        text += f" [{figure(row.key, row.low)}, {figure(row.key, row.high)}]"
    return f"{text} {row.mode.replace('_', ' ')}".strip()


def figure(key: str, value: float) -> str:
    """A value in the precision that its unit deserves."""
    unit = QUESTIONS[key].unit
    if unit == "share of rows":
        return f"{value:.1%}"
    if unit in ("rows", "minutes"):
        return f"{value:,.0f}"
    return f"{value:.2f}" if unit == "ratio" else f"{value:.3f}"


def _closing(rows: list[Row], passed: bool) -> str:
    if not passed:
        failed = [
            f"{row.system} {row.mode}: {row.value:g} ({row.note})" for row in rows if row.key in GATED and row.value
        ]
        return "The gate G0 fails, so nothing else is compared:\n" + "\n".join(failed)
    hits = [f"{QUESTIONS[key].id} {'hit' if hit(rows, key) else 'miss'}" for key in VERDICTS]
    return f"Predictions: {', '.join(hits)}. Not measured yet: see PREDICTIONS.md."


def hit(rows: list[Row], key: str) -> bool:
    """Whether the system that won the measure is the one that was expected to."""
    won = winner([row for row in rows if row.key == key and row.system != "ruler"], QUESTIONS[key].better)
    return won == predictions()[VERDICTS[key]]
