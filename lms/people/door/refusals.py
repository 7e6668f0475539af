"""What somebody is told who tried too often."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from lms.people.door.limits import Limit, count_try
from lms.people.door.sources import address_of

View = Callable[..., HttpResponseBase]


def refuse_tries(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that says how long to wait, for people in minutes and for programs in the header."""
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def limited(limit: Limit) -> Callable[[View], View]:
    """Guards a view: what is sent to it is counted, by account where somebody is signed in, else by address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                whose = request.user.pk if request.user.is_authenticated else address_of(request)
                if seconds := count_try(limit, whose):
                    return refuse_tries(request, seconds)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
