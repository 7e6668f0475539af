from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms import rooms


class PeopleConfig(rooms.Room):
    name = "lms.people"
    label = "people"
    addresses = (("accounts/", "lms.people.urls"),)
    ledger_claims = ("lms.people.ledger_claims.people",)
    places = (
        (75, "factor_recoveries", _("Lost factors"), "lms.people.policies.RECOVERING"),
        (76, "fact_conflicts", _("Conflicts in staff data"), "lms.people.policies.SETTLING"),
    )
    health_looks = ("lms.people.conflict_health.look_at_conflicts",)
    access_words = {
        "factors.asked": _("your second factors: taking them off was asked for"),
        "factors.removed": _("your second factors: they were taken off"),
        "conflicts.list": _("what sources of staff data say of your employment, in the list of conflicts"),
        "conflicts.one": _("what sources of staff data say of your employment"),
        "conflicts.settled": _("what sources of staff data say of your employment: it was settled"),
    }
    drains = (
        (30, "leavers", 3600, "lms.people.logins.deactivate_leavers"),
        (32, "conflicts", 86400, "lms.people.conflicts.forget_settled"),
        (35, "door", 3600, "lms.people.door.clearing.clear_door"),
    )
