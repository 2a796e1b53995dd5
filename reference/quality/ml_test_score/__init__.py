"""The ML Test Score, each point a check that can fail."""

from problem.good_enough import Checklist as _Checklist
from reference.quality.ml_test_score.checks import CHECKS as _CHECKS
from reference.quality.ml_test_score.rubric import RUBRIC as _RUBRIC

CHECKLIST = _Checklist(_CHECKS, _RUBRIC)
"""Fifteen checks; thirteen of the rubric's tests have none, and say why."""

__all__ = ["CHECKLIST"]
