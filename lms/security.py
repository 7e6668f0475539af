"""What every answer says about itself: where its scripts may come from, who may keep it, what the browser may do.

The content security policy is strict everywhere and looser only where Wagtail's own admin needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

View = Callable[[HttpRequest], HttpResponseBase]

# Our own pages in the editing area: they need nothing inline, so they may use nothing inline.
OWN_ADMIN = ("/admin/texts/", "/admin/questions/")
METHODS = ("GET", "HEAD", "POST")  # all a page of ours understands; Wagtail's admin knows more
UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in UNUSED]
    + [f"{name}=(self)" for name in ("publickey-credentials-create", "publickey-credentials-get")]
)


class ContentSecurityPolicy(CSPMiddleware):
    """Wagtail 8's admin breaks without inline scripts and styles; nothing else may use them."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        if request.path.startswith("/admin/") and not request.path.startswith(OWN_ADMIN):
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


class OneOrigin:
    """Nothing here is meant for other origins or needs a sensor; static files say so too.

    A method no page of ours knows is refused before a view could take it for GET.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in METHODS or (request.path.startswith("/admin/") and request.method != "TRACE"):
            response = self.get_response(request)
        else:
            response = HttpResponseNotAllowed(METHODS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


HEALTH = "/healthz"


class KeptNowhere:
    """What somebody sees who is signed in stands in no cache: not a proxy's, and not the one behind "Back".

    Where somebody's session ends, by whatever door, the browser forgets what it kept of this site: the device may be
    somebody else's next. A view that says itself for how long its answer may be kept (frozen media) knows better.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH:  # answers also while the database, where sessions lie, does not
            return self.get_response(request)
        before = request.session.get(SESSION_KEY)
        response = self.get_response(request)
        after = request.session.get(SESSION_KEY)
        if (before or after) and "max-age" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        if before and after != before:
            response["Clear-Site-Data"] = '"cache"'
        return response
