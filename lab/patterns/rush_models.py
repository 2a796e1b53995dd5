"""The model behind the fronts, and what its answers are worth beside those that could stand in for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lab.patterns.parted_models import LARGE, SMALL, Fitted, Floats, put_model
from lab.patterns.troubled_model import TROUBLED
from measure.data.baselines import fit_rates
from measure.data.days import Days, estimate
from measure.data.scores import log_losses
from parts.guarded_front.hourly_table import HOURS, write_table
from problem.contract import FEATURES
from problem.questions import NEW_YORK

HOUR, WIDER = ["local_hour"], ["carrier", "origin", "local_hour"]
MODEL, TABLE, CONSTANT, WIDER_TABLE, SMALL_MODEL = "model", "table", "constant", "wider table", "small model"
INSTEAD = (CONSTANT, TABLE, WIDER_TABLE, SMALL_MODEL)
"""Who could answer where the model does not; the fronts have the table."""


def publish(fitted: Fitted, models: Path) -> None:
    """A new folder with the model, whose waits are planted, and with the table of the months that it knows."""
    fitted.write(models)
    put_model(models, LARGE, LARGE, TROUBLED)
    hours = pd.DataFrame(dict.fromkeys(HOUR, np.arange(HOURS)))
    write_table(fit_rates(fitted.known[HOUR], fitted.known["late"]).predict(hours).tolist(), models)


def judge_answers(fitted: Fitted) -> dict[str, dict[str, dict[str, float]]]:
    """By who answers, nats an answer (``loss``) and what is saved over the constant (``saves``), with intervals over
    weeks, on the flights after those that are known."""
    days = Days(fitted.later["asked_at"].dt.tz_convert(NEW_YORK).dt.date)
    late = fitted.later["late"].to_numpy(bool)
    means = {name: days.means(log_losses(late, risk)) for name, risk in predict_all(fitted).items()}
    return {
        name: {"loss": vars(estimate(of)), "saves": vars(estimate(means[CONSTANT] - of))} for name, of in means.items()
    }


def predict_all(fitted: Fitted) -> dict[str, Floats]:
    """By who answers, the risk of each of the later flights."""
    known, later = fitted.known, fitted.later
    tables = {name: fit_rates(known[by], known["late"]) for name, by in ((TABLE, HOUR), (WIDER_TABLE, WIDER))}
    pipelines = {MODEL: LARGE, SMALL_MODEL: SMALL}
    return {
        **{name: fitted.pipelines[of].predict_proba(later[list(FEATURES)])[:, 1] for name, of in pipelines.items()},
        TABLE: tables[TABLE].predict(later[HOUR]),
        WIDER_TABLE: tables[WIDER_TABLE].predict(later[WIDER]),
        CONSTANT: np.full(len(later), tables[TABLE].overall),
    }


def choose_rows(fitted: Fitted, count: int) -> Sequence[Mapping[str, Any]]:
    """So many of the later flights, spread over all of them."""
    places = np.linspace(0, len(fitted.later) - 1, count).astype(int)
    return fitted.later.iloc[places].to_dict("records")
