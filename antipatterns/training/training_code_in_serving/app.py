"""The service: it takes the row and the model from the training package, and can train, too, as that is at hand."""

from pathlib import Path

import pandas as pd
from fastapi import FastAPI

from antipatterns.training.training_code_in_serving import training
from parts.flight_service import app as flight_service
from parts.flight_service.app import Row
from problem.shipped import FILES


def create_app(home: Path) -> FastAPI:
    """``POST /predict``, ``GET /health``, ``POST /train``; raises ``CannotServe``."""
    model = training.open_model(home)

    def score(row: Row) -> float:
        return model(training.make_table(pd.DataFrame([row])))

    app = flight_service.create_app(home, score)

    @app.post("/train")
    def train() -> dict[str, int]:
        """For whoever is on duty: fit again on the rows that the image brought along."""
        nonlocal model
        rows = pd.read_parquet(home / "rows.parquet")
        form = next(form for form, file in FILES.items() if (home / file).exists())
        training.publish(rows, home, form)
        model = training.open_model(home)
        return {"rows": len(rows)}

    return app
