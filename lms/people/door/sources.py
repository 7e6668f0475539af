"""Where a try to sign in comes from.

A device on which this very account signed in before carries a cookie that says so, and is a source of its own: whoever
types wrong passwords elsewhere, behind the same address even, does not shut the owner out. Everything else is known by
its network address, IPv6 by its network of 64 bits.
"""

from __future__ import annotations

import secrets

from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from lms.people.models import User

COOKIE = f"{settings.COOKIE_PREFIX}known_device"
KEPT = 180 * 24 * 3600
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)
NOWHERE = "0.0.0.0"  # noqa: S104 -- an address that cannot be read, not one to listen on


def address_of(request: HttpRequest) -> str:
    """The visitor's address, behind the one proxy of BEHIND_PROXY too; what is no address is all one source."""
    return get_client_ip(request) or NOWHERE


def source_of(request: HttpRequest, user: User | None) -> str:
    """The source of a try to be `user`; None where there is no such account."""
    number, _, proof = request.COOKIES.get(COOKIE, "").partition(".")
    if constant_time_compare(proof, _proof(number, user.pk if user else 0)) and user:
        return f"device {number}"
    return truncate_ip(address_of(request))


def remember_device(response: HttpResponse, user: User) -> None:
    """The cookie holds a random number and a proof, and nothing about the person."""
    number = secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        f"{number}.{_proof(number, user.pk)}",
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_in_words(user_agent: str) -> str:
    """ "Firefox, Windows": enough to know one's own devices by."""
    parts = [next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(part for part in parts if part) or gettext("unknown device")


def _proof(number: str, user: int) -> str:
    return salted_hmac("lms.people.door.sources", f"{number} {user}", algorithm="sha256").hexdigest()
