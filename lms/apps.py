"""The site itself: what belongs to no room, such as the command that runs every room's drains."""

from __future__ import annotations

from django.core.checks import Tags, register

from lms import rooms
from lms.old_history import check_history
from lms.slow_clients import check_slow_clients


class SiteConfig(rooms.Room):
    name = "lms"
    label = "lms"
    verbose_name = "Litmus"

    def ready(self) -> None:
        register(check_history, Tags.database)
        register(check_slow_clients, Tags.security)
