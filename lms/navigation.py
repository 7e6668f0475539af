"""What every page shows around its content: the site's name, and the places this person may go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from certification.ledger import clock


def site(request: HttpRequest) -> dict[str, Any]:
    # Not called `site`: allauth's own pages have a variable of that name.
    return {"platform": {"name": settings.WAGTAIL_SITE_NAME, "demo": clock.is_demo()}, "nav": []}
