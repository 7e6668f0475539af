"""An address that only takes a form, opened like a page: by a bookmark, a restored tab, another language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string


class WrongMethodInWords:
    """Django answers 405 with an empty page; this one says what happened and where to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        said = HttpResponseNotAllowed(
            response.headers["Allow"].split(", "), render_to_string("405.html", request=request)
        )
        for name, value in response.headers.items():
            if name != "Content-Type":
                said.headers[name] = value
        said.cookies = response.cookies
        return said
