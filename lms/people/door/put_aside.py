"""What somebody had typed when they were asked who they are: kept in their session until they go on.

It is theirs alone: on a device that several people use, nobody else who signs in there is shown it.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

KEY = "put-aside"
KEPT = 3600
MOST = 500_000  # characters: a module page with everything on it has a tenth


@dataclass(frozen=True, slots=True)
class PutAside:
    """`fields` of a form that was sent to `path`; for a file there are none, and `back` is where it was asked for."""

    user: int | None
    path: str
    at: float
    fields: dict[str, list[str]] = field(default_factory=dict)
    back: str = "/"
    is_form: bool = True


def keep_form(request: HttpRequest, user: int | None) -> None:
    """Uploaded files are not kept: they are chosen again."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(value) for values in fields.values() for value in values) <= MOST:
        _keep(request, PutAside(user, request.get_full_path(), time.time(), fields))


def keep_file(request: HttpRequest, user: int | None, back: str) -> None:
    _keep(request, PutAside(user, request.get_full_path(), time.time(), back=back, is_form=False))


def what_was_put_aside(request: HttpRequest) -> PutAside | None:
    """For whom it was kept and while it is fresh; anything else is thrown away."""
    if not (known := request.session.get(KEY)):
        return None
    kept = PutAside(**known)
    if kept.user == request.user.pk and kept.at > time.time() - KEPT:
        return kept
    forget(request)
    return None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def local_path(request: HttpRequest, address: str) -> str:
    """The path and query of an address of this site; "/" for any other."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _keep(request: HttpRequest, kept: PutAside) -> None:
    request.session[KEY] = asdict(kept)
