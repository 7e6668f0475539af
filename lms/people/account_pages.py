"""The pages of one's own account, around those of allauth."""

from __future__ import annotations

import time

from allauth.account import views
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.parameter_form import ParameterForm
from lms.people.door.factor_adapter import keys_can_be_used
from lms.people.door.factor_forms import codes_left
from lms.people.door.factors import needs_factor
from lms.people.door.limits import RESET, RESET_FROM, count_try
from lms.people.door.put_aside import local_path, what_was_put_aside
from lms.people.door.refusals import refuse_tries
from lms.people.door.session_limits import limits_of, span_of
from lms.people.door.sources import address_of, device_in_words
from lms.people.logins import end_sessions
from lms.people.models import User
from lms.people.permissions import PersonRequest, person_required

LONGEST = 254  # of an address; what is longer is none


def ask_for_reset(request: HttpRequest) -> HttpResponseBase:
    """Counted by address asked for and by source, before anything else: for a known address as for an unknown one."""
    if request.method == "POST":
        source, wanted = address_of(request), ParameterForm(request.POST, email=LONGEST).text("email").strip().lower()
        waits = count_try(RESET, wanted, source), count_try(RESET_FROM, source)
        if any(waits):
            return refuse_tries(request, max(waits))
    answer: HttpResponseBase = views.password_reset(request)
    return answer


@require_safe
@person_required
def go_on(request: PersonRequest) -> HttpResponse:
    """Where somebody comes back to who was asked who they are: what they had sent can be sent again, by them."""
    kept = what_was_put_aside(request)
    if kept is None:
        return redirect("front_door")
    return render(request, "account/go_on.html", {"kept": kept})


@require_safe
@person_required
def own_factors(request: PersonRequest) -> HttpResponse:
    """The second factors one has, and the ways to one."""
    found = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at"))
    of_type = {kind: [each for each in found if each.type == kind] for kind in Authenticator.Type}
    context = {
        "keys": of_type[Authenticator.Type.WEBAUTHN],
        "app": next(iter(of_type[Authenticator.Type.TOTP]), None),
        "has_codes": bool(of_type[Authenticator.Type.RECOVERY_CODES]),
        "codes": codes_left(of_type[Authenticator.Type.RECOVERY_CODES]),
        "standing": bool(found),
        "needed": needs_factor(request.person),
        "keys_work": keys_can_be_used(),
        "waits": what_was_put_aside(request) is not None,
        "later": local_path(request, ParameterForm(request.GET, next=2000).text("next")),
    }
    return render(request, "mfa/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def sessions(request: PersonRequest) -> HttpResponse:
    """Where one is signed in, and the button that ends all of it but this."""
    user = User.objects.get(person=request.person)
    if request.method == "POST":
        end_sessions(request.person)
        user.refresh_from_db()
        update_session_auth_hash(request, user)  # this one goes on
        UserSession.objects.filter(user=user).delete()
        UserSession.objects.create_from_request(request)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("account_sessions")
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)
    known = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.created_at, reverse=True)
    idle, whole = limits_of(request.person)
    context = {"sessions": [(one, device_in_words(one.user_agent)) for one in known]}
    return render(request, "account/sessions.html", {**context, "idle": idle // 60, "whole": whole // 3600})


@require_safe
def session_left(request: HttpRequest) -> HttpResponse:
    """Asking does not prolong anything (session_limits.BY_ITSELF)."""
    return session_answer(request)


@require_safe
@person_required
def stay_signed_in(request: PersonRequest) -> HttpResponse:
    """The one key press that prolongs a session, as any page that is opened does: the middleware has counted it."""
    return session_answer(request)


def session_answer(request: HttpRequest) -> HttpResponse:
    """`left`: seconds until the session ends, 0 where nobody is signed in; `stays`: whether a key press prolongs it."""
    span = span_of(request)
    found = {"left": span.left(time.time()), "stays": span.can_be_prolonged()} if span else {"left": 0, "stays": False}
    return JsonResponse(found, headers={"Cache-Control": "no-store"})
