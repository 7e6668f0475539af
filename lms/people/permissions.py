"""Who may open a view. A stranger is sent to sign in; who is signed in but not meant gets a 403 that says what to do.

Somebody else's object is a 404: fetch it through a queryset that knows who asks, for example
`get_object_or_404(Enrolment.objects.of(request.person), pk=…)`. Inside these decorators `request.person` is a Person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from lms.people.door.confirming import Confirm, closed_door
from lms.people.middleware import person_of
from lms.people.models import Person
from lms.people.policies import SIGNED_IN, SUSPENDED, Policy, is_suspended

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """For annotations: what a view inside these decorators receives."""

    person: Person


def back_to(request: HttpRequest) -> str:
    """Where one goes on after signing in: this page, or the one whose form was sent when the session was over."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(came_from).path if ours else "/"


def open_to(policy: Policy) -> Callable[[View], View]:
    """Guards a view: `@open_to(policies.AUDIT)`, with the confirmation that the policy asks for."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = person_of(request)
            if person is None:
                return redirect_to_login(back_to(request))
            if not policy.allows(person):
                raise PermissionDenied(str(SUSPENDED if is_suspended(person) else policy.refusal))
            request.person = person  # type: ignore[attr-defined]
            return closed_door(request, person, policy.confirm) or view(request, *args, **kwargs)

        return guarded

    return decorate


def confirmed(when: Confirm) -> Callable[[View], View]:
    """Guards a view that somebody else's rules open, by the same confirmation: `@confirmed(Confirm.SENDING)`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = person_of(request)
            return (person and closed_door(request, person, when)) or view(request, *args, **kwargs)

        return guarded

    return decorate


person_required = open_to(SIGNED_IN)
"""Everybody who is signed in."""
