"""Who says what mails to managers hold."""

from __future__ import annotations

from lms.people.door.confirming import Confirm
from lms.people.groups import HR_ADMIN, in_group
from lms.people.policies import Policy, is_administrator

COPY_RULES = Policy(lambda person: in_group(person, HR_ADMIN) or is_administrator(person), confirm=Confirm.SENDING)
"""Two of them together decide from when on, and whether, a mail to a manager names who is overdue."""
