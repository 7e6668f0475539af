"""Django's choice of the language, except that "not found" stays "not found"."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language


class Languages(LocaleMiddleware):
    """Django answers a 404 by trying the address below a language, and Wagtail's catch-all takes any address there.

    A view that was reached and said 404 (somebody else's record) meant it: its own page and status are kept.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.status_code == 404 and request.resolver_match is not None:
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", get_language() or "")
            return response
        return super().process_response(request, response)
