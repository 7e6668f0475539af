"""The front door: one's own training, or for a stranger the public home page in their language. And where one lands
who has just signed in: where one's work is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from lms.people import groups
from lms.people.permissions import PersonRequest, person_required
from lms.people.policies import MANAGERS

# The first that somebody is in. Human resources look after people one at a time, as they are asked: they begin with
# their own training, like everybody.
WORK = (
    (groups.AUDITOR, "audit:search"),
    (groups.REVIEWER, "content_review"),
    (groups.GOVERNANCE, "effect"),
    (groups.EDITOR, "wagtailadmin_home"),
    (groups.TRANSLATOR, "wagtailadmin_home"),
)

AT_THE_DESK = (groups.REVIEWER, groups.EDITOR, groups.TRANSLATOR)
"""Their pages are closed to whoever has not the right of the editors' desk."""


def front_door(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("learn:dashboard")
    return redirect(f"/{get_language()}/")


@person_required
def after_sign_in(request: PersonRequest) -> HttpResponse:
    """Only where no page was asked for: that one comes first."""
    desk = request.user.has_perm("wagtailadmin.access_admin")
    found = (
        address for name, address in WORK if groups.in_group(request.person, name) and (desk or name not in AT_THE_DESK)
    )
    usual = "team:people" if MANAGERS.allows(request.person) else "learn:dashboard"
    return redirect(next(found, usual))
