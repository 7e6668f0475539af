from __future__ import annotations

from lms import rooms


class XapiConfig(rooms.Room):
    name = "lms.xapi"
    label = "xapi"
    drains = ((130, "xapi", 10, "lms.xapi.delivery.deliver_due"),)
    health_looks = ("lms.xapi.health.look_at_statements",)
