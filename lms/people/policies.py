"""Rights, one small object each: who may, and the sentence for those who may not.

A room declares its own in its `policies.py`, beside its views. The same object guards the view (`permissions.open_to`),
opens the place in the menu (the room's `apps.py`) and is asked inside a page, so that the three never differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.ledger import clock
from lms.people.door.confirming import Confirm
from lms.people.facts_on_day import is_manager, today
from lms.people.groups import HR_ADMIN, in_group
from lms.people.models import Person

OTHER_TASK = _("This page is for people with another task on this site.")


@dataclass(frozen=True, slots=True)
class Policy:
    """`rule` is asked about somebody who is signed in; `refusal` is what they read where it says no.

    `confirm` says when the view has them confirm that it is them (lms/people/door/confirming.py).
    """

    rule: Callable[[Person], bool]
    refusal: Promise = OTHER_TASK
    confirm: Confirm = Confirm.NEVER

    def allows(self, person: Person | None) -> bool:
        """A stranger is allowed nothing."""
        return person is not None and self.rule(person)


def members_of(*names: str, confirm: Confirm = Confirm.NEVER) -> Policy:
    """Members of any of these groups."""
    return Policy(lambda person: any(in_group(person, name) for name in names), confirm=confirm)


def is_administrator(person: Person) -> bool:
    user = getattr(person, "user", None)
    return user is not None and user.is_superuser


def is_suspended(person: Person) -> bool:
    """Sources of staff data disagree about them: they learn on, and have no other task until HR has settled it."""
    user = getattr(person, "user", None)
    return user is not None and user.suspended_rights is not None


SUSPENDED = _(
    "Two sources of staff data disagree about your employment. You can go on learning; your other tasks on this site "
    "wait until your HR department has settled it. Ask them."
)
SIGNED_IN = Policy(lambda person: True)
MANAGERS = Policy(
    lambda person: not is_suspended(person) and is_manager(person, today(person, clock.now())),
    _(
        "This page is for managers, and nobody reports to you today. If that is wrong, ask your HR department "
        "to correct the reporting line."
    ),
)
"""People to whom somebody reports today, in the manager's own zone."""
RECOVERING = Policy(lambda person: in_group(person, HR_ADMIN) or is_administrator(person), confirm=Confirm.SENDING)
"""Taking off somebody's second factors, two people together."""
SETTLING = Policy(lambda person: in_group(person, HR_ADMIN) or is_administrator(person), confirm=Confirm.SENDING)
"""Settling what feeds claim of somebody and what cannot all be true."""
