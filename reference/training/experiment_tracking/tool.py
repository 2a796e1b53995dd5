"""The last rung: MLflow. It keeps what the table keeps, and the files themselves: model, data, lock."""

from pathlib import Path

from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

from problem.reruns import Recipe, Run
from reference.training.experiment_tracking.table import Keeper as Table


class Keeper:
    """See ``problem.reruns``."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.client = MlflowClient(f"sqlite:///{home / 'mlflow.db'}")
        known = self.client.get_experiment_by_name("nightly")
        files = (home / "files").as_uri()
        self.experiment = known.experiment_id if known else self.client.create_experiment("nightly", files)

    def keep(self, run: Run) -> None:
        """Log parameters, metric and files; a number is used once."""
        if self._search(run.number):
            raise ValueError(f"run {run.number} is not kept: there is one of that number")
        params = [Param(name, str(getattr(run, name))) for name in ("number", "day", "commit", "seed", "split")]
        logged = self.client.create_run(self.experiment, run_name=f"run {run.number}").info.run_id
        self.client.log_batch(logged, [Metric("log_loss", run.metric, 0, 0)], params)
        for kind, file in (("model", run.model), ("data", run.data), ("lock", run.lock)):
            self.client.log_artifact(logged, str(file), kind)
        self.client.set_terminated(logged)

    def take_over(self, table: Table) -> int:
        """Log what a table knows, without files; how many rows that were."""
        rows = table.ask("select * from runs")
        for row in rows:
            logged = self.client.create_run(self.experiment, run_name=f"run {row['number']}").info.run_id
            params = [Param(name, str(value)) for name, value in row.items() if name != "metric" and value is not None]
            self.client.log_batch(logged, [Metric("log_loss", row["metric"], 0, 0)], params)
        return len(rows)

    def find(self, number: int) -> Recipe:
        """What was logged, with the files that are still there; raises ``LookupError`` for a run without its data."""
        if not (found := self._search(number)):
            raise LookupError(f"there is no run {number} in MLflow: it was not made by the training program")
        told, files = found[0].data, Path(found[0].info.artifact_uri.removeprefix("file://"))
        data, lock = (next((files / kind).glob("*"), None) for kind in ("data", "lock"))
        if not data or not lock:
            raise LookupError(
                f"run {number} is there, its {'lock' if data else 'data'} are not: taken over, or deleted"
            )
        params = told.params
        split, metric = float(params["split"]), told.metrics["log_loss"]
        return Recipe(params["day"], metric, params["commit"], lock.read_text(), data, int(params["seed"]), split)

    def _search(self, number: int) -> list:
        return list(self.client.search_runs([self.experiment], f"params.number = '{number}'"))
