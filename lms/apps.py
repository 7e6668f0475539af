"""The site itself: what belongs to no room, such as the command that runs every room's drains."""

from __future__ import annotations

from lms import rooms


class SiteConfig(rooms.Room):
    name = "lms"
    label = "lms"
    verbose_name = "Litmus"
