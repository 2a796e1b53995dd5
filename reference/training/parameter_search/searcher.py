"""The nightly model, its settings found by Optuna as a step of the pipeline.

Every try is fitted on the training rows and judged by weeks before the test weeks. The journal under ``home`` holds all
tries, so that a search that was killed goes on with the next one. Test rows are read once, when the settings are
chosen: their number is the report.
"""

from pathlib import Path

import optuna
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from problem.search import SPACE, Found, Months, Score, Settings, make_score

JOURNAL, NAME = "search.journal", "settings"
optuna.logging.set_verbosity(optuna.logging.ERROR)  # a failed try is in the journal; the log would print a traceback


class Searcher:
    """See ``problem.search``. ``sampler``: ``tpe``, ``random`` or ``grid``."""

    def __init__(self, home: Path | None = None, seed: int = 0, sampler: str = "tpe") -> None:
        self._home, self._seed, self._sampler = home, seed, sampler

    def search(self, score: Score, tries: int) -> Settings:
        """See the contract. Settings that Optuna proposes again count as a try and are not fitted again."""
        study = self._open()
        ended = study.get_trials(states=(TrialState.COMPLETE, TrialState.FAIL))
        losses = {_name_settings(trial.params): trial.value for trial in ended if trial.value is not None}

        def attempt(trial: optuna.Trial) -> float:
            settings = _name_settings({name: trial.suggest_int(name, 0, len(SPACE[name]) - 1) for name in SPACE})
            if settings not in losses:
                losses[settings] = score(settings)
            return losses[settings]

        study.optimize(attempt, n_trials=max(0, tries - len(ended)), catch=ValueError)
        if not losses:
            raise ValueError(f"none of {tries} tries could be scored")
        return _name_settings(study.best_params)

    def run(self, months: Months, tries: int) -> Found:
        """See the contract."""
        best = self.search(make_score(months.fit, months.earlier), tries)
        return Found(best, make_score(months.fit, months.test)(best), looks=1)

    def _open(self) -> optuna.Study:
        """The search with all that was tried before. Raises ``ValueError`` for a journal that cannot be read."""
        storage: BaseStorage = InMemoryStorage()
        if self._home:
            self._home.mkdir(parents=True, exist_ok=True)
            journal = self._home / JOURNAL
            _drop_half_line(journal)
            try:
                storage = JournalStorage(JournalFileBackend(str(journal)))
            except (ValueError, KeyError) as error:
                raise ValueError(f"{journal} cannot be read: move it away, and the search begins anew") from error
        study = optuna.create_study(storage=storage, study_name=NAME, load_if_exists=True)
        study.sampler = self._make_sampler(len(study.trials))
        return study

    def _make_sampler(self, tried: int) -> BaseSampler:
        """A sampler that does not propose again what it proposed before a restart."""
        seed = self._seed + 1000 * tried
        if self._sampler == "grid":
            return GridSampler({name: list(range(len(values))) for name, values in SPACE.items()}, seed=self._seed)
        return RandomSampler(seed=seed) if self._sampler == "random" else TPESampler(seed=seed)


def _name_settings(places: dict[str, int]) -> Settings:
    """The settings at these places of the space: Optuna is told places, so that it knows what is beside what."""
    return Settings(**{name: SPACE[name][place] for name, place in places.items()})  # type: ignore[arg-type]


def _drop_half_line(journal: Path) -> None:
    """Cut what a kill left of the last line: another line would be written behind it, and neither could be read."""
    if journal.exists() and not (text := journal.read_bytes()).endswith(b"\n"):
        journal.write_bytes(text[: text.rfind(b"\n") + 1])
