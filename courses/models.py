"""One Django app, three rooms: paths, assignments, learning."""

from courses.assignments.models import Assignment, AssignmentPeriod, Justification
from courses.learning.models import Completion, Enrolment, SectionDone
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion

__all__ = [
    "Assignment",
    "AssignmentPeriod",
    "AssignmentRule",
    "Completion",
    "Enrolment",
    "Justification",
    "LearningPath",
    "PathItem",
    "PathLeaf",
    "PathVersion",
    "SectionDone",
]
