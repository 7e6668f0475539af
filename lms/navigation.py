"""What every page shows around its content: the site's name, and the places this person may go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache as once
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.ledger import clock
from content.facts import resolving
from lms import rooms
from lms.demo.tour import SESSION_KEY as TOUR
from lms.demo.tour import tour_bar
from lms.people.door.session_limits import span_of
from lms.people.models import Person, User

CONTACT = "referent-contact"  # the organisation's fact that stands below every page
KEEP = 60  # seconds; the pages themselves always ask again, so a stale menu shows at most a door that is closed


def site(request: HttpRequest) -> dict[str, Any]:
    # Not called `site`: allauth's own pages have a variable of that name.
    platform: dict[str, Any] = {"name": settings.WAGTAIL_SITE_NAME, "demo": clock.is_demo()}
    platform["footer_links"] = foot_links()
    if platform["demo"] and hasattr(request, "session"):
        platform["tour"] = tour_bar(request.session.get(TOUR))
    found: dict[str, Any] = {"platform": platform, "nav": []}
    if hasattr(request, "user") and request.user.is_authenticated:
        person = request.person  # type: ignore[attr-defined]
        found["nav"] = [
            {"url": url, "label": label, "current": request.path.startswith(url)}
            for url, label in menu(open_doors(person))
        ]
        found["account"] = {"name": person.given_name, "links": own_links(request.user)}
        found["account"]["contact"] = contact(person)
        if span := span_of(request):
            found["account"] |= {"session_left": span.left(time.time()), "idle_minutes": span.idle // 60}
    return found


def open_doors(person: Person) -> list[str]:
    """Which places beyond their own training this person may enter, by the policy that guards them."""
    key = f"doors:{person.pk}"
    known: list[str] | None = cache.get(key)
    if known is None:
        known = [place.address for place in rooms.places() if place.policy and place.policy.allows(person)]
        cache.set(key, known, KEEP)
    return known


def contact(person: Person) -> dict[str, str]:
    """Whom this person asks, as their employer says it: text and locale; empty where it says nothing."""
    key = f"contact:{person.pk}:{get_language()}"
    known: dict[str, str] | None = cache.get(key)
    if known is None:
        at = clock.now()
        fact = resolving.employers_fact(CONTACT, person, at.date(), get_language() or settings.LANGUAGE_CODE, at)
        known = {"text": fact.text, "locale": fact.locale} if fact else {}
        cache.set(key, known, KEEP)
    return known


def foot_links() -> list[dict[str, str]]:
    return [{"url": address("accessibility"), "label": _("Accessibility")}]


def menu(doors: list[str]) -> Iterator[tuple[str, str]]:
    for place in rooms.places():
        if place.policy is None or place.address in doors:
            yield address(place.address), str(place.words)


def own_links(user: User) -> list[dict[str, str]]:
    links = [{"url": address("learn:record"), "label": _("My record")}]
    if user.has_usable_password():
        links.append({"url": address("account_change_password"), "label": _("Change password")})
    links.append({"url": address("mfa_index"), "label": _("Second factor")})
    links.append({"url": address("account_sessions"), "label": _("Where you are signed in")})
    return links


@once
def address(name: str) -> str:
    """Where a page without parameters is: asked for on every page, and the same on each."""
    return reverse(name)
