"""How long a session lasts: so long without a page asked for, so long altogether, by what its person may do.

Of a session are kept when it began, when it was last used (to the minute) and the limits of its person, which are
looked up anew every minute too: a right that is given makes running sessions stricter. Times are the machine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lms.people import groups
from lms.people.door import put_aside
from lms.people.door.factors import needs_factor
from lms.people.models import Person
from lms.security import HEALTH

KEY, OVER = "lasts", "was-over"
TO_THE = 60  # seconds
WRITERS = (groups.EDITOR, groups.TRANSLATOR, groups.REVIEWER)
# What a page asks for by itself is no sign that anybody is there.
BY_ITSELF = ("/accounts/session/left/", "/admin/editing-sessions/")


@dataclass(slots=True)
class SessionSpan:
    """Seconds since 1970, and two lengths in seconds."""

    began: float
    used: float
    idle: int
    whole: int

    def left(self, now: float) -> int:
        """Seconds until it ends, whichever limit comes first; 0 and less where it is over."""
        return int(min(self.used + self.idle, self.began + self.whole) - now)

    def can_be_prolonged(self) -> bool:
        return self.used + self.idle < self.began + self.whole


def limits_of(person: Person) -> tuple[int, int]:
    """Seconds without use and altogether: SESSION_LIMITS says them in minutes."""
    if not needs_factor(person):
        kind = "everyone"
    elif all(name in WRITERS for name in person.group_names) and not person.user.is_superuser:
        kind = "writers"
    else:
        kind = "offices"
    idle, whole = settings.SESSION_LIMITS[kind]
    return idle * 60, whole * 60


def begin_span(request: HttpRequest, person: Person) -> SessionSpan:
    now = time.time()
    return _kept(request, SessionSpan(now, now, *limits_of(person)))


def span_of(request: HttpRequest) -> SessionSpan | None:
    """None where nobody is signed in, or the session has not been measured yet."""
    known = request.session.get(KEY) if SESSION_KEY in request.session else None
    return SessionSpan(**known) if known else None


def use_span(request: HttpRequest, span: SessionSpan) -> None:
    """Counts as used from now on: written at most once a minute, not with every page."""
    now = time.time()
    if now - span.used >= TO_THE:
        span.idle, span.whole = limits_of(request.user.person)  # type: ignore[union-attr]
        span.used = now
        _kept(request, span)


class SessionLimits:
    """Ends a session whose time is over. A form that arrives too late is kept until its sender has signed in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH:
            return self.get_response(request)
        if SESSION_KEY in request.session:
            measure(request)
        elif (over := request.session.get(OVER)) and over["at"] > time.time() - put_aside.KEPT:
            request.session_over_of = over["user"]  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """After the check against forged forms, which stands before this middleware."""
        whose = getattr(request, "session_over_of", None)
        if whose is None or request.method != "POST" or not is_sent_by_hand(request):
            return None
        put_aside.keep_form(request, whose)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('account_go_on')})}")


def measure(request: HttpRequest) -> None:
    """Begins, uses or ends the session of this request."""
    span = span_of(request)
    if request.path.startswith(BY_ITSELF) or not request.user.is_authenticated:
        return
    if span is None:
        begin_span(request, request.user.person)
    elif span.left(time.time()) > 0:
        use_span(request, span)
    else:
        end_session(request, span)


def end_session(request: HttpRequest, span: SessionSpan) -> None:
    """Another window may hold a form that is sent only now: whose it is stays known for an hour, and nothing else."""
    whose = request.user.pk
    logout(request)
    request.session_over_of = whose  # type: ignore[attr-defined]
    request.session[OVER] = {"user": whose, "at": time.time()}
    if span.can_be_prolonged():
        said = _("You were signed out because nothing happened for a while. What you sent last is kept: sign in again.")
    else:
        said = _("You were signed out because a session lasts a day. What you sent last is kept: sign in again.")
    messages.info(request, said)


def is_sent_by_hand(request: HttpRequest) -> bool:
    """What a person sent by pressing a button, and not a script or the pages of the account itself."""
    by_a_person = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return by_a_person and not request.path.startswith(("/accounts/", "/i18n/", "/demo/"))


def _kept(request: HttpRequest, span: SessionSpan) -> SessionSpan:
    request.session[KEY] = asdict(span)
    return span
