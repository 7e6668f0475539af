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
from lms.people.models import User

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
    return render(request, "demo/tour.html", {"cards": stops.persona_cards(), "now": clock.now(), "days": DAYS})


@require_POST
@demo_only
def become(request: HttpRequest, slug: str) -> HttpResponse:
    persona = next((one for one in PERSONAS if one.slug == slug), None)
    if persona is None:
        raise Http404
    user = get_object_or_404(User.objects.select_related("person"), staff_number=persona.number, is_active=True)
    logout(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, factors.DEMO)
    UserSession.objects.create_from_request(request)
    response = redirect(stops.landing(slug))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.person.language,
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
    return render(request, "demo/mail.html", {"letters": sent[:SHOWN], "now": clock.now()})
