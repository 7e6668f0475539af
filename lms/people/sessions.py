"""Django's sessions in the database, asked for by a prepared query: every page of somebody signed in asks for one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from lms.people.prepared import Prepared, slot

LIVE = Prepared(
    lambda: Session.objects.filter(session_key=slot("key", CharField()), expire_date__gt=slot("now", DateTimeField()))
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = LIVE.get(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
