"""The third rung: a page over the table, so that others find a run without asking. It keeps no more than the table."""

from html import escape

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from reference.training.experiment_tracking.table import Keeper

SORTED = {"number": "number desc", "metric": "metric", "day": "day desc"}
FIND = """select number, day, "commit", seed, split, metric from runs
    where "commit" like :text || '%' or day like :text || '%' order by """


def make_page(keeper: Keeper) -> FastAPI:
    """``/?text=2013-06&by=metric`` lists runs by day or commit; ``/runs/7`` says how to make one again."""
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    def list_runs(text: str = "", by: str = "number") -> str:
        rows = keeper.ask(FIND + SORTED.get(by, SORTED["number"]), {"text": text})
        lines = [f"<tr><td><a href='/runs/{row['number']}'>" + "<td>".join(map(str, row.values())) for row in rows]
        head = "<th>".join(("number", "day", "commit", "seed", "held out", "log loss"))
        return f"<title>Runs</title><h1>{len(rows)} runs</h1><table><tr><th>{head}{''.join(lines)}</table>"

    @app.get("/runs/{number}", response_class=HTMLResponse)
    def show_run(number: int) -> str:
        try:
            recipe = keeper.find(number)
        except LookupError as error:
            raise HTTPException(404, str(error)) from error
        known = {key: value for key, value in recipe._asdict().items() if value is not None and key != "lock"}
        steps = f"git checkout {recipe.commit}; uv pip install --require-hashes -r locks/...; train {known}"
        return f"<title>Run {number}</title><h1>Run {number}</h1><pre>{escape(steps)}</pre>"

    return app
