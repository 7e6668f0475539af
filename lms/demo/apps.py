from __future__ import annotations

from lms import rooms


class DemoConfig(rooms.Room):
    name = "lms.demo"
    label = "demo"
    addresses = (("demo/", "lms.demo.urls"),)
