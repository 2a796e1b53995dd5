"""The faults, in the words of an operator; when each strikes, and which jobs it can strike."""

from contextlib import nullcontext
from dataclasses import dataclass

from lab.faults import injectors
from lab.faults.injectors import Inject
from lab.faults.other_columns import other_columns
from lab.faults.scene import WRITERS
from lab.faults.writes import disk_full
from lab.systems import StudiedSystem

ALONG, BEFORE = "all along", "just before the job"


@dataclass(frozen=True)
class Fault:
    """``strikes``: ``ALONG`` if it is there while features are refreshed, too, else ``BEFORE``.

    ``needs_store``: only a system with a store can have it.
    ``refreshed``: whether the feature job has run on time. ``kills``: the job is killed while it writes.
    """

    id: str
    title: str
    inject: Inject = nullcontext
    strikes: str = BEFORE
    needs_store: bool = False
    refreshed: bool = True
    kills: bool = False

    def find_obstacle(self, system: StudiedSystem, job: str) -> str:
        """Why a job of a system cannot have this fault; empty if it can."""
        if self.needs_store and not system.has_store:
            return "it stores no features"
        if self.kills and job not in WRITERS:
            return "it writes nothing that others read"
        return "it is the job itself" if not self.refreshed and job == "features" else ""


FAULTS = (
    Fault("raw_missing", "raw data missing", injectors.raw_data_missing, ALONG),
    Fault("raw_stopped", "raw data a day behind", injectors.raw_data_stopped, ALONG),
    Fault("code_raises", "feature code raises", injectors.plant_defect("raising"), ALONG),
    Fault("code_nulls", "feature code returns nulls", injectors.plant_defect("nulls"), ALONG),
    Fault("model_missing", "model missing", injectors.model_missing),
    Fault("model_corrupt", "model corrupt", injectors.model_corrupt),
    Fault("other_columns", "model of other columns", other_columns),
    Fault("store_missing", "store missing", injectors.store_missing, needs_store=True),
    Fault("store_locked", "store locked", injectors.store_locked, needs_store=True),
    Fault("store_old", "store a day old", needs_store=True, refreshed=False),
    Fault("disk_full", "disk full", disk_full),
    Fault("killed", "killed while writing", kills=True),
)
HEALTHY = Fault("none", "no fault")
BY_ID = {fault.id: fault for fault in (HEALTHY, *FAULTS)}
