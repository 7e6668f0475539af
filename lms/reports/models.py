"""Models of the reports: published figures, targets, and the survey. They hold no foreign key to what others own,
except that a person answered.
"""

from lms.reports.indicators.models import Snapshot, Target
from lms.reports.survey.models import Answered, Remark, Tally, Theme

__all__ = ["Answered", "Remark", "Snapshot", "Tally", "Target", "Theme"]
