"""The learning record store as a neighbour that may be down, slow or wrong: one request, one answer in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

LATER = {408, 425, 429, 503}
ABOUT_WHAT_WAS_SENT = {400, 409, 413, 422}
ABOUT_ARRAYS = {404, 405, 415, 501}
"""A store that knows no arrays says so in one of these ways; so does an address that is no record store."""
LONGEST_EXCERPT = 160
# Our settings, not the weather: no later attempt gets further before somebody has mended them.
MISCONFIGURED = (
    requests.exceptions.SSLError,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)


class Verdict(Enum):
    DELIVERED = "delivered"
    DOWN = "down"
    """No answer, or an answer that asks to come back."""
    BROKE = "broke"
    """The store failed inside: because it is broken, or over what was sent."""
    SITE = "site"
    """Our access, our address or its certificate was turned down: so would everything else be."""
    REFUSED = "refused"
    """What was sent was turned down: this statement, or something in this array."""
    NO_ARRAYS = "no arrays"


@dataclass(frozen=True, slots=True)
class StoreReply:
    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A statement under its own id, as the exact JSON that is sent."""

    id: str
    text: str


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

    def send(self, parcels: Sequence[Parcel]) -> StoreReply:
        """All or none of them: several as one array, one by itself. Sent twice, they are stored once."""
        try:
            return self._put(parcels[0]) if len(parcels) == 1 else self._post(parcels)
        except requests.RequestException as error:
            return no_answer(error)

    def _put(self, parcel: Parcel) -> StoreReply:
        response = self._request("PUT", parcel.text.encode(), params={"statementId": parcel.id})
        if response.status_code == 204:
            return StoreReply(Verdict.DELIVERED)
        if response.status_code == 409:
            return self._compare(parcel)
        return judge_response(response)

    def _post(self, parcels: Sequence[Parcel]) -> StoreReply:
        body = f"[{','.join(parcel.text for parcel in parcels)}]"
        response = self._request("POST", body.encode())
        if response.status_code == 200 and _ids(response) == {parcel.id for parcel in parcels}:
            return StoreReply(Verdict.DELIVERED)
        reply = judge_response(response)
        if response.status_code in ABOUT_ARRAYS:
            return StoreReply(Verdict.NO_ARRAYS, reply.words)
        return reply

    def _compare(self, parcel: Parcel) -> StoreReply:
        """409: something is stored under this id already. Ours, from an attempt whose answer was lost, or not?"""
        response = self._request("GET", None, params={"statementId": parcel.id})
        if response.status_code >= 500:
            return judge_response(response)
        stored = _object(response) if response.status_code == 200 else None
        if stored is None:
            # Many stores let a key write and not read. The id is derived from our own key, and a row's text never
            # changes: what lies there is what was sent before.
            return StoreReply(Verdict.DELIVERED, "Stored before (409); it could not be read back to compare.")
        if is_same_statement(json.loads(parcel.text), stored):
            return StoreReply(Verdict.DELIVERED)
        return StoreReply(Verdict.REFUSED, "Another statement is stored under this id (409). Is the store shared?")

    def _request(self, method: str, body: bytes | None, **rest: Any) -> requests.Response:
        kind = {"Accept": "application/json"} if body is None else {"Content-Type": "application/json"}
        return self._session.request(
            method, self._address, data=body, headers=kind, timeout=TIMEOUT, allow_redirects=False, **rest
        )


def no_answer(error: requests.RequestException) -> StoreReply:
    if isinstance(error, MISCONFIGURED):
        return StoreReply(Verdict.SITE, f"No safe connection to LRS_ENDPOINT ({type(error).__name__}).")
    return StoreReply(Verdict.DOWN, f"The learning record store did not answer ({type(error).__name__}).")


def judge_response(response: requests.Response) -> StoreReply:
    """What an answer means that is not "stored". A sign-in page or a proxy at a mistyped address answers 200 to all."""
    status = response.status_code
    words = f"The learning record store answered {status} {response.reason or ''}".rstrip() + "."
    if status in LATER:
        return StoreReply(Verdict.DOWN, words)
    if status >= 500:
        return StoreReply(Verdict.BROKE, words)
    excerpt = " ".join(response.text[:LONGEST_EXCERPT].split())
    verdict = Verdict.REFUSED if status in ABOUT_WHAT_WAS_SENT else Verdict.SITE
    return StoreReply(verdict, f"{words} {excerpt}".rstrip())


def is_same_statement(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether a store returned what was sent: it may add (stored, authority, version) and write instants its own way.

    Titles may differ: xAPI keeps one definition per activity, and a later one may have replaced ours.
    """
    return _meaning(sent) == _meaning(stored)


def _object(response: requests.Response) -> dict[str, Any] | None:
    found = _json(response)
    return found if isinstance(found, dict) else None


def _ids(response: requests.Response) -> set[str]:
    """What a store says it stored: the ids in the order of the array."""
    found = _json(response)
    return {str(each).lower() for each in found} if isinstance(found, list) else set()


def _json(response: requests.Response) -> object:
    try:
        return response.json()
    except requests.JSONDecodeError:
        return None


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
