"""Who asks: every request carries the person behind the login, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from lms.people.models import Person
from lms.people.policies import SUSPENDED


def person_of(request: HttpRequest) -> Person | None:
    user = request.user
    return user.person if user.is_authenticated else None


class RequestPerson:
    """Sets `request.person`; the query runs only where a view asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = SimpleLazyObject(lambda: person_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class AdminDoor:
    """Who is signed in and has no task in the editing house reads so; Wagtail would send them to sign in for ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return
        if getattr(request.user, "suspended_rights", None) is not None:
            raise PermissionDenied(str(SUSPENDED))
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied(gettext("These pages are for people who write, translate or review the modules."))
