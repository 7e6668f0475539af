"""The pages of one's own account, around those of allauth."""

from __future__ import annotations

from allauth.account import views
from django.http import HttpRequest, HttpResponseBase

from lms.people.door.limits import RESET, RESET_FROM, count_try
from lms.people.door.refusals import refuse_tries
from lms.people.door.sources import address_of

LONGEST = 254  # of an address; what is longer is none


def ask_for_reset(request: HttpRequest) -> HttpResponseBase:
    """Counted by address asked for and by source, before anything else: for a known address as for an unknown one."""
    if request.method == "POST":
        source, wanted = address_of(request), request.POST.get("email", "").strip().lower()[:LONGEST]
        waits = count_try(RESET, wanted, source), count_try(RESET_FROM, source)
        if any(waits):
            return refuse_tries(request, max(waits))
    answer: HttpResponseBase = views.password_reset(request)
    return answer


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """What the browser kept of this site goes with the session: a device may be somebody else's next."""
    was_signed_in = request.user.is_authenticated
    answer: HttpResponseBase = views.logout(request)
    if was_signed_in and not request.user.is_authenticated:
        answer["Clear-Site-Data"] = '"cache"'
    return answer
