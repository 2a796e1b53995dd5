"""What a step is: one function to call, and what its result depends on besides its code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One piece of work, run in a process of its own.

    ``call``: "module:function", called as ``function(folder=..., steps=..., **arguments)``: ``folder`` is the step's
    own output folder, ``steps`` holds the output folders of all steps by name. ``arguments`` can be written as JSON.

    ``after``: names of steps whose output it reads. ``alone``: runs while no other step does, as it measures time.

    ``data``: files and folders, relative to the repository, that the step reads as they are; the executor fails a step
    that reads others, as far as it can see them. A step that reads source
    code as text (counts lines, say) names that code here: comments count in data and do not count in code.

    ``loads``: packages that the step imports by a name that it computes, such as "reference.systems.fti"; each counts
    with everything below it.
    """

    name: str
    call: str
    title: str
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    after: tuple[str, ...] = ()
    alone: bool = False
    data: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that holds the function to call."""
        return self.call.partition(":")[0]
