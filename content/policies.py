"""Who may write, translate and review texts."""

from __future__ import annotations

from lms.people.door.confirming import Confirm
from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR
from lms.people.policies import members_of

EDITING = members_of(EDITOR, TRANSLATOR, REVIEWER)
"""The same groups may open Wagtail's admin."""
REVIEWING = members_of(REVIEWER, confirm=Confirm.SENDING)
"""What a reviewer sends is a signature."""
