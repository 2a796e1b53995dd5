"""The log as it runs in production, and as it was on the day of the release."""

import logging
from functools import partial

from antipatterns.operation.no_logging.line_log import LineLog, read_lines
from problem.recorded import Form, Forms

FORMS: Forms = {
    "nothing": Form(LineLog, read_lines),
    "text lines": Form(partial(LineLog, level=logging.INFO), read_lines),
}
