"""The content security policy: strict everywhere, looser only where Wagtail's admin needs it."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase


class ContentSecurityPolicy(CSPMiddleware):
    """Wagtail 8's admin breaks without inline scripts and styles; nothing outside /admin/ may use them."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        if request.path.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:", "blob:"],
                "frame-src": [SELF],
                "worker-src": [SELF, "blob:"],
            }
            return super().process_response(request, response)
        if settings.DEBUG or any(name.startswith("_csp") for name in (*vars(response), *vars(request))):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, everywhere())
        return response


@cache
def everywhere() -> str:
    """The policy of a page that asks for nothing else: put together once."""
    return str(build_policy())
