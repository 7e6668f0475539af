"""The door before what weighs most: revealing a name, signing a text off, taking a file away, changing rights.

Whoever's task asks for a second factor has to have one; and whoever it is has to have shown within a quarter of an
hour that it is them. Then the door stays open for that long: a reviewer signs ten texts with one confirmation.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Collection
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from lms.people.door import factors, put_aside
from lms.people.models import Person


class Confirm(enum.Enum):
    """When somebody has to confirm that it is them. `FILE`: what is asked for is taken away and shows no page."""

    NEVER = enum.auto()
    SENDING = enum.auto()
    FILE = enum.auto()
    ALWAYS = enum.auto()


def closed_door(request: HttpRequest, person: Person, when: Confirm) -> HttpResponse | None:
    """What somebody meets who may not go on yet; None where nothing is in the way."""
    if when is Confirm.NEVER or (when is Confirm.SENDING and request.method != "POST"):
        return None
    types = factors.factor_types(person.user)
    if factors.needs_factor(person) and not factors.has_factor(request, types):
        return ask_for_factor(request)
    if not is_fresh(request, types):
        return ask_again(request, when)
    return None


def is_fresh(request: HttpRequest, types: Collection[str]) -> bool:
    """Whether they showed lately that it is them: with their key or app where they have one, else with the password.

    Printed codes are few: to their holder the password is enough here, the code was asked for at the sign-in.
    """
    weak = not set(types) - {factors.CODES}
    lately = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return factors.plays_a_part(request) or any(
        record["at"] > lately and (record["method"] == "mfa" or (weak and record["method"] == "password"))
        for record in get_authentication_records(request, request.user)
    )


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    if expects_json(request):
        return in_dialog("account/factor_needed_dialog.html", {"link": reverse("mfa_index")})
    if request.method == "POST":
        put_aside.keep_form(request, request.user.pk)
    return render(request, "account/factor_needed.html", status=403)


def ask_again(request: HttpRequest, when: Confirm) -> HttpResponse:
    """To the page that asks who it is, and from there back; what was sent is kept, and sent by them once more."""
    going_on = request.get_full_path()
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        raise PermissionDenied(gettext("This account has no password. Ask your administrator how to sign in."))
    way = ways[0]["url"]
    if expects_json(request):
        return in_dialog("account/confirm_dialog.html", {"link": f"{way}?{urlencode({'next': came_from(request)})}"})
    if request.method == "POST":
        put_aside.keep_form(request, request.user.pk)
        going_on = reverse("account_go_on")
    elif when is Confirm.FILE:
        put_aside.keep_file(request, request.user.pk, came_from(request))
        going_on = reverse("account_go_on")
    return redirect(f"{way}?{urlencode({'next': going_on})}")


def came_from(request: HttpRequest) -> str:
    return put_aside.local_path(request, request.headers.get("Referer", ""))


def expects_json(request: HttpRequest) -> bool:
    """A dialog of Wagtail's admin, which can show words but not follow a redirect."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def in_dialog(template: str, context: dict[str, Any]) -> HttpResponse:
    return JsonResponse({"step": "refused", "html": render_to_string(template, context)})
