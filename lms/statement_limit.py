"""No page may hold the database for as long as it likes: eight slow searches would take a web process from everybody.

Only a process that serves the web limits its statements (`wsgi.py`, `asgi.py`); drains, commands and migrations may
take their time. SQLite has no such limit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader
from psycopg.errors import QueryCanceled

logger = logging.getLogger("litmus.statements")


def limit_statements() -> None:
    """Every connection this process opens from now on gives up a statement after STATEMENT_SECONDS; 0 = never."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql" or not settings.STATEMENT_SECONDS:
        return
    options = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]
    options["options"] = (
        f"{options.get('options', '')} -c statement_timeout={settings.STATEMENT_SECONDS * 1000}".strip()
    )


class TooLong:
    """A page whose statement was given up says so, and what to do. Its transaction was rolled back on the way here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError) or not isinstance(error.__cause__, QueryCanceled):
            return None
        route = request.resolver_match.route if request.resolver_match else ""
        logger.warning("A statement took too long and was given up", extra={"route": route})
        # Without the request: what its frame asks the database for could take too long as well.
        return HttpResponse(loader.render_to_string("503.html"), status=503, headers={"Cache-Control": "no-store"})
