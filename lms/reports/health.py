"""Is the site well? A load balancer is told one word; whoever is on call, all of it. No name, no id, no address.

Each room looks at itself (`health_looks` in its `apps.py`); here the looks are asked and the answer is given.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms import rooms
from lms.condition import Condition

logger = logging.getLogger("litmus.health")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    found = examine()
    told = found.as_json() if is_operator(request) else {"status": found.status}
    return JsonResponse(told, status=503 if found.failures else 200)


def is_operator(request: HttpRequest) -> bool:
    """An administrator who is signed in, or whoever knows HEALTH_TOKEN; behind a proxy all come from loopback."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.HEALTH_TOKEN and constant_time_compare(given, settings.HEALTH_TOKEN):
        return True
    try:
        return bool(request.user.is_active and request.user.is_superuser)
    except Error:  # the session lies in the database that cannot be asked
        return False


def examine() -> Condition:
    """A handful of indexed queries. A database that cannot be asked is a finding, never a traceback."""
    found = Condition(findings={"database": "reachable"})
    try:
        connection.ensure_connection()
        for look in rooms.health_looks():
            look(found)
    except Error:
        logger.exception("The health check could not ask the database")
        return Condition(
            findings={"database": "unreachable"},
            failures=[gettext("The database cannot be reached or does not answer. Is it running, and is it migrated?")],
        )
    return found
