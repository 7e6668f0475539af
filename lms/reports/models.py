"""Models of the reports: published figures, targets, the survey, and reminders. They hold no foreign key to what
others own, except that a person answered, and who reminded whom by which message.
"""

from lms.reports.indicators.models import Snapshot, Target
from lms.reports.survey.models import Answered, Remark, Tally, Theme
from lms.reports.team.models import Reminder

__all__ = ["Answered", "Remark", "Reminder", "Snapshot", "Tally", "Target", "Theme"]
