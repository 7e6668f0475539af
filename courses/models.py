"""One Django app, three rooms: paths, assignments, learning."""

from courses.assignments.models import Assignment, AssignmentPeriod, Blocked, Justification, SyncState, Waiting
from courses.learning.models import Completion, Doubt, Enrolment, SectionDone
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion

__all__ = [
    "Assignment",
    "AssignmentPeriod",
    "AssignmentRule",
    "Blocked",
    "Completion",
    "Doubt",
    "Enrolment",
    "Justification",
    "LearningPath",
    "PathItem",
    "PathLeaf",
    "PathVersion",
    "SectionDone",
    "SyncState",
    "Waiting",
]
