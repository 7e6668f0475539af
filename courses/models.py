"""One Django app: its models, wherever in the house they stand."""

from courses.assignments.doubt_models import BasisDoubt
from courses.assignments.engine_models import EngineDifference
from courses.assignments.models import Assignment, AssignmentPeriod, Blocked, Justification, SyncState, Waiting
from courses.assignments.told import CopyRule, ToldOf
from courses.completions.models import Completion, Doubt
from courses.learning.models import Enrolment, SectionDone
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion

__all__ = [
    "Assignment",
    "AssignmentPeriod",
    "AssignmentRule",
    "BasisDoubt",
    "Blocked",
    "Completion",
    "CopyRule",
    "Doubt",
    "EngineDifference",
    "Enrolment",
    "Justification",
    "LearningPath",
    "PathItem",
    "PathLeaf",
    "PathVersion",
    "SectionDone",
    "SyncState",
    "ToldOf",
    "Waiting",
]
