from __future__ import annotations

from lms import rooms


class PeopleConfig(rooms.Room):
    name = "lms.people"
    label = "people"
    addresses = (("accounts/", "lms.people.urls"),)
    drains = (
        (30, "leavers", 3600, "lms.people.logins.deactivate_leavers"),
        (35, "door", 3600, "lms.people.door.clearing.clear_door"),
    )
