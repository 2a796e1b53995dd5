"""What every form keeps of evenings on which something went wrong, and what the procedure finds in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.engine.isolation import Send, Task, run_isolated
from lab.patterns.recorded_replay import INSTANCES
from lab.patterns.recorded_year import DAY, Trouble, Year
from measure.data.diagnosis import DAYS, NAMED, CannotDiagnose, diagnose
from problem.recorded import INSTANT, Answered, Form

TOUCHED = (1.0, 0.5, 0.25, 0.1, 0.05)
"""The dial: share of the instances that a fault sits on."""
KEPT = (0.3, 0.1, 0.03)
"""The other dial: share of the answers that is recorded."""
SETTINGS = (*((touched, 1.0) for touched in TOUCHED), *((1.0, kept) for kept in KEPT))
PATIENCE = 600.0
"""CPU seconds for all diagnoses from one form's records; most take half a minute."""
Row = dict[str, Any]


def record(form: Form, folder: Path, answers: Sequence[Answered], numbers: Sequence[int]) -> pd.DataFrame:
    """Let a form record the answers, and read them back; by the numbers of their questions, none if it keeps none.

    Raises ``ValueError`` for a form that keeps some of them.
    """
    recorder = form.open(folder)
    for each in answers:
        recorder.record(each)
    recorder.close()
    if not (rows := form.read(folder)):
        return pd.DataFrame()
    table = pd.DataFrame(rows, index=pd.Index(numbers))
    return table.assign(**{INSTANT: pd.to_datetime(table[INSTANT], unit="s", utc=True)})


class Leads(NamedTuple):
    """The first three fields of the ranking, and whether the procedure names them."""

    first: tuple[str, ...]
    named: bool


def find_leads(records: pd.DataFrame, complaint: pd.Timestamp) -> Leads:
    """What the procedure says; nothing of records that do not reach."""
    try:
        found = diagnose(records, INSTANT, complaint)
    except CannotDiagnose:
        return Leads((), False)
    return Leads(tuple(moved.field for moved in found.ranking[:NAMED]), bool(found.named))


class Records(NamedTuple):
    """What one form kept: of the year while all was well, and of each trouble."""

    year: pd.DataFrame
    troubles: Sequence[pd.DataFrame]

    def read_evening(self, complaint: pd.Timestamp) -> pd.DataFrame:
        """All that the procedure can look at, if nothing goes wrong."""
        if self.year.empty:
            return self.year
        first, last = self.year[INSTANT].searchsorted([complaint - (DAYS + 1) * DAY, complaint])
        return self.year.iloc[first:last]

    def read_trouble(self, number: int, complaint: pd.Timestamp, hit: NDArray[np.bool_]) -> pd.DataFrame:
        """The same with a trouble; ``hit``: by number of question, whether it came to an instance with the fault."""
        usual, ill = self.read_evening(complaint), self.troubles[number]
        ill = ill[hit[ill.index.to_numpy(int)]]
        return pd.concat([usual.drop(index=ill.index), ill.astype(usual.dtypes)]) if len(ill) else usual


def diagnose_all(
    year: Year, forms: Mapping[str, Records], troubles: Sequence[Trouble], evenings: Sequence[pd.Timestamp]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of all troubles, and of evenings while all is well; two forms at a time, in processes of their own."""
    jobs = [partial(diagnose_troubles, year, troubles), partial(diagnose_clean, evenings)]
    tasks: list[Task] = [partial(_send_rows, job, name, of) for job in jobs for name, of in [*forms.items()][::-1]]
    ended = {task.number: task for task in run_isolated(tasks, PATIENCE)}
    if failed := [task.early_end for task in ended.values() if task.early_end]:
        raise RuntimeError(f"a diagnosis {failed[0]}")
    rows = [pd.DataFrame(row for row in ended[number].results) for number in range(len(tasks))]
    return pd.concat(rows[: len(forms)][::-1], ignore_index=True), pd.concat(rows[len(forms) :], ignore_index=True)


def _send_rows(job: Callable[[str, Records], Iterable[Row]], name: str, records: Records, send: Send) -> None:
    for row in job(name, records):
        send(row)


def diagnose_troubles(year: Year, troubles: Sequence[Trouble], form: str, records: Records) -> Iterator[Row]:
    """A row for each trouble and setting of the dials: the first three fields, whether one is of the cause
    (``ranked``), and whether it is named, too (``found``)."""
    instance, luck = year.asked["instance"].to_numpy(), np.random.default_rng(1).random(len(year.asked))
    for number, trouble in enumerate(troubles):
        order = np.random.default_rng([2, number]).permutation(INSTANCES)
        for touched, kept in SETTINGS:
            hit = np.isin(instance, order[: round(touched * INSTANCES)])
            rows = records.read_trouble(number, trouble.complaint, hit)
            leads = find_leads(rows[luck[rows.index.to_numpy(int)] < kept], trouble.complaint)
            ranked = bool(trouble.cause & {*leads.first})
            about = {"fault": trouble.fault, "evening": f"{trouble.complaint:%Y-%m-%d}", "form": form}
            told = {"first": leads.first, "ranked": ranked, "found": ranked and leads.named}
            yield about | {"touched": touched, "kept": kept} | told


def diagnose_clean(evenings: Sequence[pd.Timestamp], form: str, records: Records) -> Iterator[Row]:
    """A row for each evening, while all is well: the first three fields, and whether they are named."""
    for complaint in evenings:
        leads = find_leads(records.read_evening(complaint), complaint)
        yield {"evening": f"{complaint:%Y-%m-%d}", "form": form, **leads._asdict()}
