"""What every page shows around its content: the site's name, and the places this person may go."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache as once
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from certification.ledger import clock
from lms.people import groups
from lms.people.models import Person, User
from lms.people.reading import is_manager, today

KEEP = 60  # seconds; the pages themselves always ask again, so a stale menu shows at most a door that is closed
EDITING = (groups.EDITOR, groups.TRANSLATOR, groups.REVIEWER, groups.GOVERNANCE)


def site(request: HttpRequest) -> dict[str, Any]:
    # Not called `site`: allauth's own pages have a variable of that name.
    found: dict[str, Any] = {"platform": {"name": settings.WAGTAIL_SITE_NAME, "demo": clock.is_demo()}, "nav": []}
    if hasattr(request, "user") and request.user.is_authenticated:
        person = request.person  # type: ignore[attr-defined]
        found["nav"] = [
            {"url": url, "label": label, "current": request.path.startswith(url)}
            for url, label in places(doors(person))
        ]
        found["account"] = {"name": person.given_name, "links": own_links(request.user)}
    return found


def doors(person: Person) -> list[str]:
    """Which parts of the site beyond their own training this person may enter."""
    key = f"doors:{person.pk}"
    known: list[str] | None = cache.get(key)
    if known is None:
        known = list(_doors(person))
        cache.set(key, known, KEEP)
    return known


def _doors(person: Person) -> Iterator[str]:
    if is_manager(person, today(person, clock.now())):
        yield "team"
    if groups.in_group(person, groups.AUDITOR):
        yield "audit"
    if any(groups.in_group(person, name) for name in (groups.REVIEWER, groups.GOVERNANCE)):
        yield "appeals"
    if groups.in_group(person, groups.GOVERNANCE):
        yield "effect"
    if any(groups.in_group(person, name) for name in EDITING):
        yield "admin"


def places(open_doors: list[str]) -> Iterator[tuple[str, str]]:
    yield address("learn:dashboard"), _("My training")
    yield address("certificates:list"), _("Certificates")
    if "team" in open_doors:
        yield address("team:people"), _("Team")
    if "audit" in open_doors:
        yield address("audit:search"), _("Audit")
    if "appeals" in open_doors:
        yield address("appeals:awaiting"), _("Appeals")
    if "effect" in open_doors:
        yield address("effect"), _("Effect")
    if "admin" in open_doors:
        yield address("wagtailadmin_home"), _("Editing")


def own_links(user: User) -> list[dict[str, str]]:
    links = [{"url": address("learn:record"), "label": _("My record")}]
    if user.has_usable_password():
        links.append({"url": address("account_change_password"), "label": _("Change password")})
    return links


@once
def address(name: str) -> str:
    """Where a page without parameters is: asked for on every page, and the same on each."""
    return reverse(name)
