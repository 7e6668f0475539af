"""The content security policy: strict everywhere, looser only where Wagtail's admin needs it."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
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
