"""Somebody lost all they sign in with: an administrator asks, another person confirms, and the factors are off."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.people import access
from lms.people.groups import HR_ADMIN, in_group
from lms.people.logins import end_sessions
from lms.people.models import FactorRecovery, Person
from lms.people.policies import is_administrator

logger = logging.getLogger("litmus.door")
OPEN_FOR = timedelta(days=1)


class RecoveryRefused(PermissionDenied):
    """This person cannot do this; the message says why."""


@transaction.atomic
def ask_recovery(person: Person, asker: Person, reason: str, at: datetime) -> FactorRecovery:
    """Nothing happens yet, but that the holder's access log shows it. Raises RecoveryRefused."""
    if not is_administrator(asker):
        raise RecoveryRefused(_("Only administrators can ask for this."))
    if person == asker:
        raise RecoveryRefused(_("You cannot ask for yourself: another administrator has to."))
    if not Authenticator.objects.filter(user__person=person).exists():
        raise RecoveryRefused(_("%(name)s has no second factor.") % {"name": person.name})
    asked = FactorRecovery.objects.create(person=person, asked_by=asker, asked_at=at, reason=reason)
    access.record_access(asker, [person], capacity=access.ADMINISTRATOR, what="factors.asked", at=at, reason=reason)
    logger.info("The recovery of second factors was asked for", extra={"recovery": asked.pk, "asker": asker.pk})
    return asked


def confirmation_refusal(asked: FactorRecovery, confirmer: Person, at: datetime) -> str:
    """Why this person may not confirm it, in a sentence; empty if they may."""
    if not (is_administrator(confirmer) or in_group(confirmer, HR_ADMIN)):
        return _("Only administrators and HR administrators can confirm this.")
    if asked.confirmed_at is not None or asked.asked_at + OPEN_FOR < at:
        return _("This request is not open any more. Let an administrator ask again.")
    if confirmer.pk == asked.asked_by_id:
        return _("You asked for it: another person has to confirm it.")
    if confirmer.pk == asked.person_id:
        return _("It is about you: another person has to confirm it.")
    return ""


@transaction.atomic
def confirm_recovery(asked: FactorRecovery, confirmer: Person, at: datetime) -> None:
    """Takes every factor off, ends every session, and writes to the holder. Raises RecoveryRefused."""
    asked = FactorRecovery.objects.select_for_update().get(pk=asked.pk)
    if refusal := confirmation_refusal(asked, confirmer, at):
        raise RecoveryRefused(refusal)
    asked.confirmed_by, asked.confirmed_at = confirmer, at
    asked.save(update_fields=["confirmed_by", "confirmed_at"])
    person = asked.person
    Authenticator.objects.filter(user__person=person).delete()
    end_sessions(person)
    UserSession.objects.filter(user__person=person).delete()
    capacity = access.ADMINISTRATOR if is_administrator(confirmer) else access.HR_ADMIN
    access.record_access(confirmer, [person], capacity=capacity, what="factors.removed", at=at, reason=asked.reason)
    get_adapter().send_notification_mail("account/email/factors_removed", person.user)
    logger.info("Second factors were taken off", extra={"recovery": asked.pk, "confirmer": confirmer.pk})


def recoveries_of_late() -> QuerySet[FactorRecovery]:
    return FactorRecovery.objects.select_related("person", "asked_by", "confirmed_by").order_by("-asked_at")
