"""Times count only where libraries were compiled before: otherwise each start of a process compiles them anew."""

import sys

from lab.engine.workspace import StudyError


def demand_bytecode() -> None:
    """Raises ``StudyError`` if this process, and so those that it starts, may not keep what it has compiled."""
    if sys.flags.dont_write_bytecode:
        raise StudyError("PYTHONDONTWRITEBYTECODE is set, so that each start would be timed with compiling: unset it")
