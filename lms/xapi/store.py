"""The learning record store as a neighbour that may be down, slow or wrong: one statement, one answer in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import Any, Self

import requests
from django.conf import settings
from requests.auth import HTTPBasicAuth

VERSION = "1.0.3"
TIMEOUT = (3.05, 10.0)
"""Seconds to connect, and to wait for the next byte of the answer."""

LATER = {408, 425, 429}
LONGEST_EXCERPT = 160


class Verdict(Enum):
    DELIVERED = "delivered"
    DOWN = "down"
    """No answer, or an answer that asks to come back: worth another attempt soon."""
    REFUSED = "refused"
    """This statement or our access was turned down: another attempt helps only after somebody mended something."""


@dataclass(frozen=True, slots=True)
class StoreReply:
    verdict: Verdict
    words: str = ""


def is_store_configured() -> bool:
    return bool(settings.LRS_ENDPOINT)


class Store:
    """A connection that is kept open over many statements. Use as a context manager."""

    def __init__(self) -> None:
        self._address = f"{settings.LRS_ENDPOINT}/statements"
        self._session = requests.Session()
        self._session.headers["X-Experience-API-Version"] = VERSION
        if settings.LRS_KEY or settings.LRS_SECRET:
            # As bytes: given text, the client would write it in Latin-1 and fail on everything else.
            self._session.auth = HTTPBasicAuth(settings.LRS_KEY.encode(), settings.LRS_SECRET.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def put(self, statement_id: str, text: str) -> StoreReply:
        """Stores the statement under its own id: sending it twice stores it once."""
        headers = {"Content-Type": "application/json"}
        try:
            response = self._request("PUT", statement_id, data=text.encode(), headers=headers)
        except requests.RequestException as error:
            return no_answer(error)
        if response.status_code == 409:
            return self._compare(statement_id, text)
        return judge_response(response)

    def _compare(self, statement_id: str, text: str) -> StoreReply:
        """409: something is stored under this id already. Ours, from an attempt whose answer was lost, or not?"""
        try:
            response = self._request("GET", statement_id, headers={"Accept": "application/json"})
        except requests.RequestException as error:
            return no_answer(error)
        if response.status_code >= 500:
            return judge_response(response)
        stored = _object(response) if response.status_code == 200 else None
        if stored is None:
            # Many stores let a key write and not read. The id is derived from our own key, and a row's text never
            # changes: what lies there is what was sent before.
            return StoreReply(Verdict.DELIVERED, "Stored before (409); it could not be read back to compare.")
        if is_same_statement(json.loads(text), stored):
            return StoreReply(Verdict.DELIVERED)
        return StoreReply(Verdict.REFUSED, "Another statement is stored under this id (409). Is the store shared?")

    def _request(self, method: str, statement_id: str, **rest: Any) -> requests.Response:
        return self._session.request(
            method, self._address, params={"statementId": statement_id}, timeout=TIMEOUT, allow_redirects=False, **rest
        )


def no_answer(error: requests.RequestException) -> StoreReply:
    return StoreReply(Verdict.DOWN, f"The learning record store did not answer ({type(error).__name__}).")


def judge_response(response: requests.Response) -> StoreReply:
    """Only 204 is "stored": a sign-in page or a proxy at a mistyped address answers 200 to anything."""
    status = response.status_code
    if status == 204:
        return StoreReply(Verdict.DELIVERED)
    words = f"The learning record store answered {status} {response.reason or ''}".rstrip() + "."
    if status >= 500 or status in LATER:
        return StoreReply(Verdict.DOWN, words)
    excerpt = " ".join(response.text[:LONGEST_EXCERPT].split())
    return StoreReply(Verdict.REFUSED, f"{words} {excerpt}".rstrip())


def is_same_statement(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether a store returned what was sent: it may add (stored, authority, version) and write instants its own way.

    Titles may differ: xAPI keeps one definition per activity, and a later one may have replaced ours.
    """
    return _meaning(sent) == _meaning(stored)


def _object(response: requests.Response) -> dict[str, Any] | None:
    try:
        found = response.json()
    except requests.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _meaning(statement: Mapping[str, Any]) -> dict[str, Any]:
    actor, verb, activity = (statement.get(name) or {} for name in ("actor", "verb", "object"))
    context = statement.get("context") or {}
    return {
        "id": str(statement.get("id", "")).lower(),
        "actor": actor.get("account"),
        "verb": verb.get("id"),
        "object": activity.get("id"),
        "result": statement.get("result"),
        "extensions": context.get("extensions"),
        "timestamp": _instant(statement.get("timestamp")),
    }


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(microsecond=0)
    except ValueError:
        return None
