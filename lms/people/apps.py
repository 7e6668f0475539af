from __future__ import annotations

from lms import rooms


class PeopleConfig(rooms.Room):
    name = "lms.people"
    label = "people"
    addresses = (("accounts/", "lms.people.urls"),)
    ledger_claims = ("lms.people.ledger_claims.people",)
    drains = ((30, "leavers", 3600, "lms.people.logins.deactivate_leavers"),)
