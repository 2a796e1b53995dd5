"""It works on my test set: one number on the last days of the training table."""

from antipatterns.quality.works_on_my_test_set.test_set import CHECKS as _CHECKS
from antipatterns.quality.works_on_my_test_set.test_set import RUBRIC as _RUBRIC
from problem.good_enough import Checklist as _Checklist

CHECKLIST = _Checklist(_CHECKS, _RUBRIC)
"""One check. Nobody asked for more when it was written."""

__all__ = ["CHECKLIST"]
