"""Scripts come from our static files and from nowhere else on this site: what people upload lies on it too.

A policy can name a folder only together with a host, and a site may answer to several: the host is the request's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER, NONE, SELF
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

# Wagtail's admin and wagtail-localize fetch their words as scripts, made by views of theirs.
WORDS_OF_THE_ADMIN = ("wagtailadmin_javascript_catalog", "wagtail_localize:javascript_catalog")


class ScriptSources:
    """Stands around the policy's own middleware and puts the folder where it says 'self'."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = response.headers.get(HEADER)
        if policy:
            response.headers[HEADER] = narrowed_policy(policy, _host(request), request.path.startswith("/admin/"))
        return response


@lru_cache(maxsize=256)
def narrowed_policy(policy: str, host: str, admin: bool) -> str:
    """The policy with our folders in place of 'self' wherever scripts may come from."""
    parts = []
    for part in policy.split("; "):
        name, *sources = part.split(" ")
        if name in ("script-src", "worker-src"):
            sources = [each for source in sources for each in (_folders(host, admin) if source == SELF else [source])]
        parts.append(" ".join([name, *sources]))
    return "; ".join(parts)


def _folders(host: str, admin: bool) -> list[str]:
    if not host:
        return [NONE]
    if host.startswith("["):  # the grammar of policies knows no IPv6 address
        return [SELF]
    paths = [settings.STATIC_URL, *(reverse(name) for name in WORDS_OF_THE_ADMIN if admin)]
    return [path if "//" in path else host + path for path in paths]


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        return ""
