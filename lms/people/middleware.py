"""Who asks: every request carries the person behind the login, or None."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from lms.people.models import Person


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
