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
from django.utils.translation import gettext as _

from certification.ledger import clock
from lms.people.groups import in_group
from lms.people.middleware import person_of
from lms.people.models import Person
from lms.people.reading import is_manager, today

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """For annotations: what a view inside these decorators receives."""

    person: Person


def person_required(view: View) -> View:
    return _only_if(lambda person: True, lambda: "")(view)


def group_required(*names: str) -> Callable[[View], View]:
    """Members of any of these groups."""
    return _only_if(
        lambda person: any(in_group(person, name) for name in names),
        lambda: _("This page is for people with another task on this site."),
    )


def manager_required(view: View) -> View:
    """People to whom somebody reports today, in the manager's own zone."""
    return _only_if(
        lambda person: is_manager(person, today(person, clock.now())),
        lambda: _(
            "This page is for managers, and nobody reports to you today. If that is wrong, ask your HR department "
            "to correct the reporting line."
        ),
    )(view)


def back_to(request: HttpRequest) -> str:
    """Where one goes on after signing in: this page, or the one whose form was sent when the session was over."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(came_from).path if ours else "/"


def _only_if(allowed: Callable[[Person], bool], refusal: Callable[[], str]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = person_of(request)
            if person is None:
                return redirect_to_login(back_to(request))
            if not allowed(person):
                raise PermissionDenied(refusal())
            request.person = person  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return guarded

    return decorate
