"""The soak as it is kept with the code: what ``python -m lab.load.soak --record`` wrote."""

from pathlib import Path

from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.systems import find_system

RECORD = Recorded(Path(__file__).parents[1] / "records" / "soak.json")


def compute_digests() -> dict[str, str]:
    """The digest of all that the soak's entry depends on, as it is now: the soak, the service and FTI."""
    fti = find_system("fti")
    loads = (*fti.modules, f"{fti.package}.adapters", "lab.service")
    return digest_of_steps([Step("soak", "lab.load.soak.soak_run:soak", "soak", loads=loads, data=fti.data)])
