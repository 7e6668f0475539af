from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms import rooms


class PeopleConfig(rooms.Room):
    name = "lms.people"
    label = "people"
    addresses = (("accounts/", "lms.people.urls"),)
    ledger_claims = ("lms.people.ledger_claims.people",)
    places = ((75, "factor_recoveries", _("Lost factors"), "lms.people.policies.RECOVERING"),)
    access_words = {
        "factors.asked": _("your second factors: taking them off was asked for"),
        "factors.removed": _("your second factors: they were taken off"),
    }
    drains = (
        (30, "leavers", 3600, "lms.people.logins.deactivate_leavers"),
        (35, "door", 3600, "lms.people.door.clearing.clear_door"),
    )
