"""No statement may carry a list that grows with the organisation: rows chosen by thousands of parameters.

PostgreSQL refuses more than 65,535 and SQLite some number of its own, and both are slow long before. What is needed
instead: chunks by key, or the ids as one parameter (`lms.people.idlist`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

MOST = 2000
CHOOSING = ("SELECT", "DELETE", "UPDATE", "WITH")
BULK_UPDATE = "CASE WHEN"  # carries values, a batch at a time


class Limit:
    """Remembers what it refused: a drain may catch the error, and the test fails all the same."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._lock = threading.Lock()

    def watch(self, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        """Also what other threads open: the wrapper goes onto every connection, once."""
        if self not in connection.execute_wrappers:
            connection.execute_wrappers.append(self)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not many and params and len(params) > MOST and chooses(sql):
            refused = f"{len(params)} parameters, more than {MOST}: {sql[:200]}"
            with self._lock:
                self.refused.append(refused)
            raise AssertionError(refused)
        return execute(sql, params, many, context)


def chooses(sql: str) -> bool:
    return sql.lstrip("( ").upper().startswith(CHOOSING) and not (sql.startswith("UPDATE") and BULK_UPDATE in sql)


LIMIT = Limit()


@pytest.fixture(scope="session", autouse=True)
def _parameters_watched() -> Iterator[None]:
    connection_created.connect(LIMIT.watch, dispatch_uid="parameters")
    for connection in connections.all():
        LIMIT.watch(connection)
    yield
    connection_created.disconnect(LIMIT.watch, dispatch_uid="parameters")


@pytest.fixture(autouse=True)
def _few_parameters(_parameters_watched: None) -> Iterator[None]:
    LIMIT.refused.clear()
    yield
    assert not LIMIT.refused, LIMIT.refused[0]
