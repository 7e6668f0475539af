"""What the door need not keep any longer goes, once an hour."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lms.people.door.limits import forget_tries


def clear_door(at: datetime) -> None:
    """By the machine's clock, as it was written: sessions and tries know nothing of a demonstration's time."""
    forget_tries()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    live = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(live)).delete()
