"""The demonstration's own pages."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from certification.ledger import clock
from lms.demo import tour as stops
from lms.demo.demo_organisation import ORIGIN, PERSONAS
from lms.mail.models import Message
from lms.people.door import factors
from lms.people.models import Person, User

DAYS = 8
SHOWN = 40
BY_PROXIES = ("HTTP_X_FORWARDED_", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_ORIGINAL_", "HTTP_CF_")


def from_this_machine(request: HttpRequest) -> bool:
    """A proxy would hide a visitor from elsewhere behind a loopback address, so what bears any trace of one does not
    count, and nothing does where one is expected."""
    if settings.BEHIND_PROXY or any(name.startswith(BY_PROXIES) for name in request.META):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if clock.ledger_origin() != ORIGIN or not from_this_machine(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
def tour(request: HttpRequest) -> HttpResponse:
    cards = stops.persona_cards()
    context = {"cards": cards, "steps": stops.STEPS, "now": clock.now(), "days": DAYS}
    return render(request, "demo/tour.html", context)


@require_POST
@demo_only
def become(request: HttpRequest, slug: str) -> HttpResponse:
    user = persona_login(slug)
    sign_in_as(request, user)
    return in_own_language(redirect(stops.landing(slug)), user.person)


@require_POST
@demo_only
def step(request: HttpRequest, number: int) -> HttpResponse:
    """To that step of the tour, as the one who does it; 0 ends the tour."""
    if not 1 <= number <= len(stops.STEPS):
        request.session.pop(stops.SESSION_KEY, None)
        return redirect("demo:tour")
    here = stops.STEPS[number - 1]
    user = persona_login(here.slug)
    if request.user != user:
        sign_in_as(request, user)
    request.session[stops.SESSION_KEY] = number
    return in_own_language(redirect(here.address(user.person)), user.person)


def persona_login(slug: str) -> User:
    """404 for somebody this demonstration does not have."""
    persona = next((one for one in PERSONAS if one.slug == slug), None)
    if persona is None:
        raise Http404
    return get_object_or_404(User.objects.select_related("person"), staff_number=persona.number, is_active=True)


def sign_in_as(request: HttpRequest, user: User) -> None:
    """A new session, in which the tour goes on where it was."""
    at = request.session.get(stops.SESSION_KEY)
    logout(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, factors.DEMO)
    UserSession.objects.create_from_request(request)
    if at is not None:
        request.session[stops.SESSION_KEY] = at


def in_own_language(response: HttpResponse, person: Person) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        person.language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@require_POST
@demo_only
def advance(request: HttpRequest) -> HttpResponse:
    stops.advance(DAYS)
    messages.success(
        request,
        ngettext("%(days)d day has passed.", "%(days)d days have passed.", DAYS) % {"days": DAYS}
        + " "
        + _("The mail that went out is listed below."),
    )
    return redirect("demo:mail")


@demo_only
def mail(request: HttpRequest) -> HttpResponse:
    sent = Message.objects.filter(sent_at__isnull=False).select_related("person").order_by("-sent_at")
    return render(request, "demo/mail.html", {"letters": sent[:SHOWN], "now": clock.now(), "days": DAYS})
