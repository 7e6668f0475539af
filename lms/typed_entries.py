"""What somebody typed into a form that came back with a problem.

It stays in their session for an hour, so that whoever reloads the page, reads it in another language, comes back by a
bookmark or restores the tab finds the form again as it was, at the address it was sent to. A form that leads on is
forgotten. No field of it is looked at here, and files are not kept: they are chosen again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

KEY = "typed-entries"
KEPT = 3600  # seconds
MOST_FORMS = 5
MOST = 100_000  # characters


def typed_entries(request: HttpRequest) -> QueryDict | None:
    """What fills the form of this page: as it is sent now, or as it last came back from here; None = a fresh form.

    A view that asks is one whose form is kept.
    """
    if request.method == "POST":
        request.keeps_entries = True  # type: ignore[attr-defined]
        return request.POST
    held = request.session.get(KEY, {}).get(request.path)
    if not held or held["user"] != request.user.pk or held["at"] < time.time() - KEPT:
        return None
    entries = QueryDict(mutable=True)
    for name, values in held["fields"].items():
        entries.setlist(name, values)
    return entries


def keep_entries(request: HttpRequest, path: str = "") -> None:
    """`path`: of the page with the form, where it was sent to another."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(value) for values in fields.values() for value in values) > MOST:
        return
    held: dict[str, Any] = request.session.get(KEY, {})
    held.pop(path or request.path, None)
    held[path or request.path] = {"user": request.user.pk, "at": time.time(), "fields": fields}
    request.session[KEY] = dict(list(held.items())[-MOST_FORMS:])


def forget_entries(request: HttpRequest, path: str = "") -> None:
    if (path or request.path) in request.session.get(KEY, {}):
        del request.session[KEY][path or request.path]
        request.session.modified = True


class TypedEntries:
    """Keeps the form that comes back, and forgets the one that leads on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "keeps_entries", False):
            if response.status_code in (200, 422):
                keep_entries(request)
            elif response.status_code in (302, 303):
                forget_entries(request)
        return response
