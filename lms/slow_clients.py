"""A web process of ours reads a request with a thread of its own: whoever sends slowly holds one. A proxy in front that
reads requests whole keeps them away (docs/administrator-security.md), so a site without one is warned."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Unwise

logger = logging.getLogger("litmus.start")


def check_slow_clients(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """HTTPS=0 is a machine of one's own, where nobody is slow on purpose."""
    if not settings.HTTPS or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        Unwise(
            "No proxy is named (BEHIND_PROXY=0): a few visitors who send slowly can stop the whole site.",
            hint="Put a proxy in front that reads requests whole, set BEHIND_PROXY=1: docs/administrator-security.md.",
            id="litmus.W001",
        )
    ]


def warn_at_start() -> None:
    """A web server runs no checks of Django's."""
    for message in check_slow_clients(None):
        logger.warning("%s %s", message.msg, message.hint)
