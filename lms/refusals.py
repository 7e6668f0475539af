"""A refusal says why. Wagtail's admin turns every PermissionDenied into the same sentence; this one keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme


class Refused(Exception):
    """What somebody pressed cannot be done; the message is the sentence they read, on the page at `address`."""

    def __init__(self, sentence: str, address: str = "") -> None:
        self.sentence, self.address = sentence, address
        super().__init__(sentence)


def came_from(request: HttpRequest) -> str:
    """The page whose form was sent, if it is one of ours and another than the answer's."""
    address = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(address).path if ours else ""


class RefusalsInWords:
    """Shows the sentence of a `Refused` as a message, on the page it names, else where the person came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        messages.error(request, exception.sentence)
        address = exception.address or came_from(request) or "/admin/"
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What Wagtail's dialogues follow.
            return JsonResponse({"step": "success", "redirect": address})
        return HttpResponseRedirect(address)
